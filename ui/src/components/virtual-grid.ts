/** Arithmetic for a virtual list or grid: which items of equal size to render at a scroll position, and where. */

export interface GridLayout {
  count: number;
  columns: number;
  rowHeight: number;
}

export interface VisibleRange {
  /** Index of the first item to render, and of the one after the last. */
  start: number;
  end: number;
  /** Height of the rows before them, and of all rows, in pixels. */
  before: number;
  height: number;
}

/** Extra rows rendered on either side, so that fast scrolling shows no gaps. */
const OVERSCAN_ROWS = 2;

export function visibleRange(
  { count, columns, rowHeight }: GridLayout,
  top: number,
  viewHeight: number,
): VisibleRange {
  const rows = Math.ceil(count / columns);
  const first = Math.max(0, Math.min(rows, Math.floor(top / rowHeight)) - OVERSCAN_ROWS);
  const last = Math.min(rows, Math.ceil((top + viewHeight) / rowHeight) + OVERSCAN_ROWS);
  return {
    start: first * columns,
    end: Math.min(count, last * columns),
    before: first * rowHeight,
    height: rows * rowHeight,
  };
}

/** The index that a navigation key moves to from `at`; `null` for any other key. */
export function indexAfterKey(
  key: string,
  at: number,
  { count, columns, rowHeight }: GridLayout,
  viewHeight: number,
): number | null {
  const page = columns * Math.max(1, Math.floor(viewHeight / rowHeight));
  const targets: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    PageUp: at - page,
    PageDown: at + page,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  if (target === undefined || count === 0) return null;
  return Math.max(0, Math.min(count - 1, target));
}

/** The scroll position that brings an item into view; `null` if it is visible. */
export function scrollTopToReveal(
  item: number,
  layout: GridLayout,
  top: number,
  viewHeight: number,
): number | null {
  const start = Math.floor(item / layout.columns) * layout.rowHeight;
  if (start < top) return start;
  const end = start + layout.rowHeight;
  return end > top + viewHeight ? end - viewHeight : null;
}
