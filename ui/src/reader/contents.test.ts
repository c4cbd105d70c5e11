import { expect, it } from 'vitest';
import { entryAt, flatten } from './contents';

const sections = ['a.xhtml', 'b.xhtml', 'c.xhtml'];
const entries = flatten(
  [
    { label: 'Part', href: null, children: [{ label: 'A', href: 'a.xhtml', children: [] }] },
    { label: 'B', href: 'b.xhtml', children: [{ label: 'B.2', href: 'b.xhtml#two', children: [] }] },
  ],
  (href) => sections.indexOf(href),
);

it('flattens nested contents in reading order', () => {
  expect(entries.map(({ label, depth, section }) => [label, depth, section])).toEqual([
    ['Part', 0, -1],
    ['A', 1, 0],
    ['B', 0, 1],
    ['B.2', 1, 1],
  ]);
});

it('finds the entry a place belongs to', () => {
  expect(entryAt(entries, 0, () => false)).toBe(1);
  expect(entryAt(entries, 1, () => false)).toBe(2);
  expect(entryAt(entries, 1, (fragment) => fragment === 'two')).toBe(3);
  expect(entryAt(entries, 2, () => false)).toBe(3);
  expect(entryAt([], 0, () => true)).toBe(-1);
});
