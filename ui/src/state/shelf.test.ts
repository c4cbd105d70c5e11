import { beforeEach, expect, it, vi } from 'vitest';
import type { PublicationRow } from '../platform';

const reads: ((titles: string[]) => Promise<void>)[] = [];
let changed: () => void = () => undefined;

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  listen: (_: string, heard: () => void) => {
    changed = heard;
    return () => undefined;
  },
  call: () =>
    new Promise<PublicationRow[]>((resolve) => {
      reads.push(async (titles) => {
        resolve(titles.map((title) => ({ id: title, title }) as PublicationRow));
        await new Promise((next) => setTimeout(next));
      });
    }),
}));
vi.mock('./notices.svelte', () => ({ notices: {} }));

const { shelf } = await import('./shelf.svelte');

const titles = () => shelf.rows.map(({ title }) => title);

beforeEach(async () => {
  reads.length = 0;
  shelf.start();
  await reads[0]?.(['A']);
});

it('is read once more, however often it changes while it is read', async () => {
  for (let change = 0; change < 5; change++) changed();
  expect(reads.length).toBe(2);
  await reads[1]?.(['A', 'B']);
  expect(reads.length).toBe(3);
  await reads[2]?.(['A', 'B', 'C']);
  expect([reads.length, titles()]).toEqual([3, ['A', 'B', 'C']]);
});

it('is not read while a book is, but afterwards', async () => {
  shelf.holdBack();
  changed();
  changed();
  expect(reads.length).toBe(1);
  shelf.release();
  expect(reads.length).toBe(2);
  await reads[1]?.(['A', 'read']);
  expect(titles()).toEqual(['A', 'read']);
  shelf.holdBack();
  shelf.release();
  expect(reads.length).toBe(2);
});
