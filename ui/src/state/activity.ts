/**
 * Reports user activity to the core, which restarts its auto-lock timer. The timer runs in the core because timers of a
 * hidden page may be throttled.
 */
import { call } from '../platform';

/** Scrolling needs no event of its own: it comes from one of these. */
const ACTIVITY_EVENTS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** At most one report per interval. */
const REPORT_INTERVAL_MS = 15_000;

let lastReportMs = -REPORT_INTERVAL_MS;

function report(event: Event): void {
  if (event.timeStamp - lastReportMs < REPORT_INTERVAL_MS && event.timeStamp >= lastReportMs) return;
  lastReportMs = event.timeStamp;
  void call('record_activity').catch(() => undefined); // the library may be locked by now
}

/** Reports activity in a window or a document. Returns a function that stops it. */
export function trackActivity(target: EventTarget): () => void {
  const options = { capture: true, passive: true } as const;
  ACTIVITY_EVENTS.forEach((name) => target.addEventListener(name, report, options));
  return () => ACTIVITY_EVENTS.forEach((name) => target.removeEventListener(name, report, options));
}
