import { expect, it } from 'vitest';
import type { SearchHit } from '../platform';
import { groupByPublication } from './groups';

function hit(id: string, href: string): SearchHit {
  const quote = { before: '', highlight: 'x', after: '' };
  return {
    publication: { id, title: `Title ${id}`, authors: [] },
    headingPath: [],
    locator: {
      href,
      type: '',
      title: null,
      locations: { progression: 0, totalProgression: 0, position: 1, fragments: [] },
      text: quote,
    },
    snippet: { text: '', marks: [] },
    highlights: [],
    scores: { exact: 1, semantic: null, fused: 1 },
  };
}

it('groupByPublication orders books by their best hit and hits by rank', () => {
  const groups = groupByPublication([hit('b', '1'), hit('a', '2'), hit('b', '3')]);
  expect(groups.map(({ id, hits }) => [id, hits.map(({ locator }) => locator.href)])).toEqual([
    ['b', ['1', '3']],
    ['a', ['2']],
  ]);
});
