/**
 * Notices scrolling that the paginator does not report: it reports scrolling after 250 ms of rest, but never the first
 * time after a jump.
 */
import type { OpenPaginator } from './paginator';

/** Longer than the paginator's own delay. */
const UNREPORTED_AFTER_MS = 400;

/** Two scroll positions that differ by less count as the same. */
const TOLERANCE_PX = 1;

export class ScrollMonitor {
  readonly #paginator: OpenPaginator;
  readonly #onUnreported: (fraction: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Scroll position at the paginator's last report. */
  #reportedTop = 0;
  #forced = false;

  /** `onUnreported` must jump to the fraction of the section that it is given, which makes the paginator report. */
  constructor(paginator: OpenPaginator, onUnreported: (fraction: number) => void) {
    this.#paginator = paginator;
    this.#onUnreported = onUnreported;
    paginator.addEventListener('scroll', () => this.#scrolled());
  }

  /** Whether the next report was forced by this monitor. */
  get isForced(): boolean {
    return this.#forced;
  }

  /** Must be called when the paginator reports a position. */
  reported(): void {
    this.#forced = false;
    this.#reportedTop = this.#paginator.container?.scrollTop ?? 0;
    this.cancel();
  }

  /** Must be called when a movement starts, which would otherwise be undone. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #scrolled(): void {
    const { container } = this.#paginator;
    if (!this.#paginator.isScrolled || !container) return;
    // A jump scrolls as well, but has been reported.
    if (Math.abs(container.scrollTop - this.#reportedTop) <= TOLERANCE_PX) return;
    this.cancel();
    this.#timer = setTimeout(() => {
      this.#forced = true;
      this.#onUnreported(container.scrollTop / container.scrollHeight);
    }, UNREPORTED_AFTER_MS);
  }
}
