import { expect, it } from 'vitest';
import type { PublicationRow } from '../../platform';
import { countByStatus, countByTag } from './counts';

const row = (tags: string[], status: PublicationRow['status']) => ({ tags, status }) as PublicationRow;
const rows = [row(['Sea', 'Fog'], 'reading'), row(['Sea', 'élan'], null), row(['Zinc'], 'reading')];

it('countByTag lists the most used tags first', () => {
  const tags = countByTag(rows).map(({ tag, count }) => `${tag} ${count}`);
  expect(tags).toEqual(['Sea 2', 'élan 1', 'Fog 1', 'Zinc 1']);
});

it('countByStatus counts every status', () => {
  expect(countByStatus(rows)).toEqual({ 'to-read': 0, reading: 2, finished: 0 });
});
