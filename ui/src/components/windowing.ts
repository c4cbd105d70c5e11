/**
 * Shows only the part of a long list that is in view: items of one height, in rows of so many columns.
 *
 * Pure arithmetic over the scroll position; the list gives its measures and renders what is in the window.
 */

/** How the items lie. */
export interface Lattice {
  count: number;
  columns: number;
  rowHeight: number;
}

/** The items to render, and how tall the whole and the part before them are. */
export interface Window {
  start: number;
  end: number;
  before: number;
  height: number;
}

/** Rows rendered beyond either edge, so that quick scrolling shows no gap. */
const OVERSCAN = 2;

/** Which items are in view. */
export function windowOf({ count, columns, rowHeight }: Lattice, top: number, viewHeight: number): Window {
  const rows = Math.ceil(count / columns);
  const first = Math.max(0, Math.min(rows, Math.floor(top / rowHeight)) - OVERSCAN);
  const last = Math.min(rows, Math.ceil((top + viewHeight) / rowHeight) + OVERSCAN);
  return {
    start: first * columns,
    end: Math.min(count, last * columns),
    before: first * rowHeight,
    height: rows * rowHeight,
  };
}

/** The item that a key moves to from `at`; `null` if the key does not move. */
export function moveBy(
  key: string,
  at: number,
  { count, columns, rowHeight }: Lattice,
  viewHeight: number,
): number | null {
  const page = columns * Math.max(1, Math.floor(viewHeight / rowHeight));
  const steps: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    PageUp: at - page,
    PageDown: at + page,
    Home: 0,
    End: count - 1,
  };
  const target = steps[key];
  if (target === undefined || count === 0) return null;
  return Math.max(0, Math.min(count - 1, target));
}

/** Where to scroll so that an item is in view; `null` if it is. */
export function scrollFor(item: number, lattice: Lattice, top: number, viewHeight: number): number | null {
  const start = Math.floor(item / lattice.columns) * lattice.rowHeight;
  if (start < top) return start;
  const end = start + lattice.rowHeight;
  return end > top + viewHeight ? end - viewHeight : null;
}
