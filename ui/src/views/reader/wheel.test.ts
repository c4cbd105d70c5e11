import { expect, it, vi } from 'vitest';
import { wheelHandler } from './wheel';

/** Directions in which pages were turned by wheel events, each at a time in milliseconds. */
function turns(events: [timeStamp: number, deltaY: number][], scrolled = false, atEdge = false): number[] {
  const turn = vi.fn<(direction: 1 | -1) => Promise<void>>(() => Promise.resolve());
  const handle = wheelHandler(
    () => ({ turn, isAtScrollEdge: () => atEdge }),
    () => scrolled,
  );
  for (const [timeStamp, deltaY] of events) handle({ timeStamp, deltaY } as WheelEvent);
  return turn.mock.calls.map(([direction]) => direction);
}

it('wheelHandler turns one page per gesture and ignores noise', () => {
  expect(turns([[1_000, 3]])).toEqual([]);
  expect(
    turns([
      [1_000, 40],
      [1_100, 40],
      [1_240, 40],
      [1_260, -40],
    ]),
  ).toEqual([1, -1]);
});

it('wheelHandler turns scrolled pages only for gestures that start at the edge', () => {
  expect(turns([[1_000, 40]], true)).toEqual([]);
  expect(turns([[1_000, 40]], true, true)).toEqual([1]);
  expect(
    turns(
      [
        [1_000, 40],
        [1_200, 40],
        [1_400, 40],
      ],
      true,
      true,
    ),
  ).toEqual([1]);
});
