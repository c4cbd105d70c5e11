/** Short notices at the foot of the window, with at most one thing to do about each. */
import { failureOf } from '../platform';
import { t } from '../messages/index.svelte';

/** What a notice offers to do. */
export interface NoticeAction {
  label: string;
  run(): void | Promise<void>;
}

export interface Notice {
  key: number;
  text: string;
  action: NoticeAction | null;
}

/** Most notices at a time; more would lie over the page. */
const MOST = 2;

/** Long enough to read; with an action, to find its button as well. Neither runs while the notices are held. */
const SHOWN_MS = { plain: 4_000, action: 6_000 };

class Notices {
  list = $state.raw<Notice[]>([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #held = false;
  #next = 0;

  show(text: string, action: NoticeAction | null = null): void {
    const notice = { key: this.#next++, text, action };
    this.list = [...this.list.slice(1 - MOST), notice];
    if (!this.#held) this.#count(notice);
  }

  /** Shows what went wrong, in the reader's language. */
  showFailure(error: unknown): void {
    this.show(t().errors[failureOf(error).code]);
  }

  dismiss(key: number): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.list = this.list.filter((notice) => notice.key !== key);
    // what was pointed at or focused has gone, and no event tells
    if (this.list.length === 0) this.#held = false;
  }

  /** Does what a notice offers and takes it away. */
  async act(notice: Notice): Promise<void> {
    this.dismiss(notice.key);
    await notice.action?.run();
  }

  /** Keeps all notices for as long as the reader points at one or has the focus in it. */
  hold(): void {
    this.#held = true;
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
  }

  /** Lets time run again. */
  release(): void {
    this.#held = false;
    this.list.forEach((notice) => this.#count(notice));
  }

  #count({ key, action }: Notice): void {
    clearTimeout(this.#timers.get(key));
    const shown = action ? SHOWN_MS.action : SHOWN_MS.plain;
    this.#timers.set(
      key,
      setTimeout(() => this.dismiss(key), shown),
    );
  }
}

export const notices = new Notices();
