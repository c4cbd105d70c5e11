/**
 * Tells the core that the reader is here, so that the library does not lock by itself meanwhile. The core keeps the time:
 * this page may be throttled when it is not shown.
 */
import { call } from '../platform';

/** What a reader does. Scrolling is told by its wheel, key or pointer. */
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** How often the core is told at most, in milliseconds. */
const SELDOM = 15_000;

let told = -SELDOM;

function tell(event: Event): void {
  if (event.timeStamp - told < SELDOM && event.timeStamp >= told) return;
  told = event.timeStamp;
  void call('stay_open').catch(() => undefined); // a library that is locked by now needs no keeping open
}

/** Watches what happens in a window or in a page's document; the returned function ends it. */
export function watchForReader(target: EventTarget): () => void {
  const options = { capture: true, passive: true } as const;
  SIGNS.forEach((sign) => target.addEventListener(sign, tell, options));
  return () => SIGNS.forEach((sign) => target.removeEventListener(sign, tell, options));
}
