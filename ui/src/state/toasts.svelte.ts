/** Toasts: short messages at the bottom of the window, each with at most one action. */
import { failureOf } from '../platform';
import { t } from '../messages/index.svelte';

export interface ToastAction {
  label: string;
  run(): void | Promise<void>;
}

export interface Toast {
  key: number;
  text: string;
  action: ToastAction | null;
}

/** More would cover the page. */
const MAX_TOASTS = 2;

/** A toast with an action stays longer, so that the button can be reached. */
const DURATION_MS = { plain: 4_000, action: 6_000 };

class Toasts {
  list = $state.raw<Toast[]>([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #paused = false;
  #nextKey = 0;

  show(text: string, action: ToastAction | null = null): void {
    const toast = { key: this.#nextKey++, text, action };
    this.list = [...this.list.slice(1 - MAX_TOASTS), toast];
    if (!this.#paused) this.#startTimer(toast);
  }

  /** Shows the localised message for an error. */
  showError(error: unknown): void {
    this.show(t().errors[failureOf(error).code]);
  }

  dismiss(key: number): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.list = this.list.filter((toast) => toast.key !== key);
    // The hovered or focused element is gone, and no event reports that.
    if (this.list.length === 0) this.#paused = false;
  }

  /** Dismisses a toast and runs its action. */
  async runAction(toast: Toast): Promise<void> {
    this.dismiss(toast.key);
    await toast.action?.run();
  }

  /** Stops the timers while a toast is hovered or focused. */
  pause(): void {
    this.#paused = true;
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
  }

  resume(): void {
    this.#paused = false;
    this.list.forEach((toast) => this.#startTimer(toast));
  }

  #startTimer({ key, action }: Toast): void {
    clearTimeout(this.#timers.get(key));
    const duration = action ? DURATION_MS.action : DURATION_MS.plain;
    this.#timers.set(
      key,
      setTimeout(() => this.dismiss(key), duration),
    );
  }
}

export const toasts = new Toasts();
