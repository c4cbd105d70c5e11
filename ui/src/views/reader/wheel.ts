/** Turns pages with the mouse wheel. */

/** Events closer together than this belong to the same gesture. */
const GESTURE_GAP_MS = 250;

/** Smaller deltas are noise of a touchpad. */
const MIN_DELTA_PX = 4;

/** What a wheel gesture needs from the view. */
export interface WheelTarget {
  turn(direction: 1 | -1): Promise<void>;
  isAtScrollEdge(direction: 1 | -1): boolean;
}

/**
 * Returns a handler that turns one page per gesture, however many events it consists of. In scrolled flow the section
 * scrolls by itself, and a gesture that starts at its edge turns to the next one.
 */
export function wheelHandler(
  view: () => WheelTarget | null,
  isScrolled: () => boolean,
): (event: WheelEvent) => void {
  let last = 0;
  return ({ deltaY, timeStamp }) => {
    if (Math.abs(deltaY) < MIN_DELTA_PX) return;
    const direction = deltaY > 0 ? 1 : -1;
    const isNewGesture = timeStamp - last >= GESTURE_GAP_MS;
    const scrolled = isScrolled();
    if (isNewGesture || scrolled) last = timeStamp;
    const target = view();
    if (isNewGesture && (!scrolled || target?.isAtScrollEdge(direction))) void target?.turn(direction);
  };
}
