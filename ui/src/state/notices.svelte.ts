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

/** Long enough to read, to find the button by keyboard, and to decide. */
const SHOWN_MS = 12_000;

class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 0;

  show(text: string, action: NoticeAction | null = null): void {
    const key = this.#next++;
    this.list = [...this.list.slice(-2), { key, text, action }];
    setTimeout(() => this.dismiss(key), SHOWN_MS);
  }

  /** Shows what went wrong, in the reader's language. */
  showFailure(error: unknown): void {
    this.show(t().errors[failureOf(error).code]);
  }

  dismiss(key: number): void {
    this.list = this.list.filter((notice) => notice.key !== key);
  }

  /** Does what a notice offers and takes it away. */
  async act(notice: Notice): Promise<void> {
    this.dismiss(notice.key);
    await notice.action?.run();
  }
}

export const notices = new Notices();
