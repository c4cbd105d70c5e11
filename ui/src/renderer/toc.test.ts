import { expect, it } from 'vitest';
import { flattenToc, tocIndexAt } from './toc';

const sections = ['a.xhtml', 'b.xhtml', 'c.xhtml'];
const entries = flattenToc(
  [
    { label: 'Part', href: null, children: [{ label: 'A', href: 'a.xhtml', children: [] }] },
    { label: 'B', href: 'b.xhtml', children: [{ label: 'B.2', href: 'b.xhtml#two', children: [] }] },
  ],
  (href) => sections.indexOf(href),
);

it('flattenToc keeps the reading order', () => {
  expect(entries.map(({ label, depth, section }) => [label, depth, section])).toEqual([
    ['Part', 0, -1],
    ['A', 1, 0],
    ['B', 0, 1],
    ['B.2', 1, 1],
  ]);
});

it('tocIndexAt finds the last entry at or before a position', () => {
  expect(tocIndexAt(entries, 0, () => false)).toBe(1);
  expect(tocIndexAt(entries, 1, () => false)).toBe(2);
  expect(tocIndexAt(entries, 1, (fragment) => fragment === 'two')).toBe(3);
  expect(tocIndexAt(entries, 2, () => false)).toBe(3);
  expect(tocIndexAt([], 0, () => true)).toBe(-1);
});
