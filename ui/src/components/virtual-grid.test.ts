import { expect, it } from 'vitest';
import { indexAfterKey, scrollTopToReveal, visibleRange } from './virtual-grid';

const layout = { count: 10_000, columns: 6, rowHeight: 100 };

it('visibleRange renders a few rows more than are visible', () => {
  expect(visibleRange(layout, 0, 500)).toEqual({ start: 0, end: 42, before: 0, height: 166_700 });
  expect(visibleRange(layout, 1_000, 500)).toEqual({ start: 48, end: 102, before: 800, height: 166_700 });
  expect(visibleRange(layout, 166_200, 500).end).toBe(10_000);
  expect(visibleRange({ ...layout, count: 0 }, 500, 500)).toEqual({ start: 0, end: 0, before: 0, height: 0 });
});

it('visibleRange stays within a list shorter than the scroll position', () => {
  const { start, end } = visibleRange({ ...layout, count: 5 }, 90_000, 500);
  expect([start, end]).toEqual([0, 5]);
});

it('indexAfterKey stays within bounds', () => {
  for (const [key, at, expected] of [
    ['ArrowRight', 0, 1],
    ['ArrowUp', 3, 0],
    ['ArrowDown', 3, 9],
    ['PageDown', 0, 30],
    ['End', 0, 9_999],
    ['Home', 77, 0],
    ['x', 0, null],
  ] as const) {
    expect(indexAfterKey(key, at, layout, 500)).toBe(expected);
  }
});

it('scrollTopToReveal scrolls only as far as needed', () => {
  expect(scrollTopToReveal(0, layout, 0, 500)).toBeNull();
  expect(scrollTopToReveal(0, layout, 50, 500)).toBe(0);
  expect(scrollTopToReveal(30, layout, 0, 500)).toBe(100);
});
