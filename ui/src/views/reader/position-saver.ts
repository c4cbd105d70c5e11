/** Saves the reading position of a book: shortly after the last page turn, and before the window closes. */
import { call, type Locator } from '../../platform';
import { onBeforeClose } from '../../state/close-request';
import { toasts } from '../../state/toasts.svelte';

const SAVE_DELAY_MS = 800;

export class PositionSaver {
  readonly #id: string;
  readonly #unregister = onBeforeClose(() => this.flush());
  #unsaved: Locator | null = null;
  /** The request sent last. */
  #request = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(publicationId: string) {
    this.#id = publicationId;
  }

  /** Saves a position unless another one follows within the delay. */
  schedule(locator: Locator): void {
    this.#unsaved = locator;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_DELAY_MS);
  }

  /** Saves an unsaved position now. Resolves when everything is saved, including a request already under way. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const locator = this.#unsaved;
    this.#unsaved = null;
    if (locator) this.#request = this.#send(locator);
    await this.#request;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#unregister();
  }

  async #send(locator: Locator): Promise<void> {
    try {
      await call('save_position', { id: this.#id, locator });
    } catch (error) {
      toasts.showError(error);
    }
  }
}
