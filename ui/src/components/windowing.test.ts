import { expect, it } from 'vitest';
import { moveBy, scrollFor, windowOf } from './windowing';

const lattice = { count: 10_000, columns: 6, rowHeight: 100 };

it('renders what is in view and a little more, whatever the length', () => {
  expect(windowOf(lattice, 0, 500)).toEqual({ start: 0, end: 42, before: 0, height: 166_700 });
  expect(windowOf(lattice, 1_000, 500)).toEqual({ start: 48, end: 102, before: 800, height: 166_700 });
  expect(windowOf(lattice, 166_200, 500).end).toBe(10_000);
  expect(windowOf({ ...lattice, count: 0 }, 500, 500)).toEqual({ start: 0, end: 0, before: 0, height: 0 });
});

it('never leaves the list when it shrinks under the scroll position', () => {
  const { start, end } = windowOf({ ...lattice, count: 5 }, 90_000, 500);
  expect([start, end]).toEqual([0, 5]);
});

it('moves by keys within bounds', () => {
  for (const [key, at, expected] of [
    ['ArrowRight', 0, 1],
    ['ArrowUp', 3, 0],
    ['ArrowDown', 3, 9],
    ['PageDown', 0, 30],
    ['End', 0, 9_999],
    ['Home', 77, 0],
    ['x', 0, null],
  ] as const) {
    expect(moveBy(key, at, lattice, 500)).toBe(expected);
  }
});

it('scrolls only as far as it must', () => {
  expect(scrollFor(0, lattice, 0, 500)).toBeNull();
  expect(scrollFor(0, lattice, 50, 500)).toBe(0);
  expect(scrollFor(30, lattice, 0, 500)).toBe(100);
});
