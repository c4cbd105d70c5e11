/** All publications of the library, reloaded whenever the core reports a change. */
import { call, failureOf, listen, type CommandFailure, type PublicationRow } from '../platform';
import { t } from '../messages/index.svelte';
import { coalesced } from './coalesced';
import { toasts } from './toasts.svelte';

/** Scroll position and focus of the shelf. */
export interface ShelfPosition {
  /** Sort order, view and filter that the position belongs to. */
  arrangement: string;
  scrollTop: number;
  /** Id of the focused publication. */
  focused: string | null;
}

class Shelf {
  rows = $state.raw<PublicationRow[]>([]);
  loaded = $state(false);
  /** Restored when the reader comes back from a book. */
  savedPosition: ShelfPosition | null = null;
  failure = $state.raw<CommandFailure | null>(null);
  #suspended = false;
  /** The library has changed while suspended. */
  #stale = false;

  readonly byId = $derived(new Map(this.rows.map((row) => [row.id, row])));

  /** Loads the shelf and keeps it up to date. Returns a function that stops it. */
  start(): () => void {
    void this.refresh();
    return listen('library-changed', () => {
      if (this.#suspended) this.#stale = true;
      else void this.refresh();
    });
  }

  /** Reloads the shelf. */
  readonly refresh = coalesced(() => this.#load());

  /** Stops reloading while a book is open: every page turn changes the shelf, which is not visible then. */
  suspend(): void {
    this.#suspended = true;
  }

  /** Reloads if there was a change while suspended. */
  resume(): void {
    this.#suspended = false;
    if (this.#stale) void this.refresh();
    this.#stale = false;
  }

  async #load(): Promise<void> {
    try {
      this.rows = await call('list_publications');
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
    this.loaded = true;
  }

  /** Moves publications to the bin and offers to undo that. */
  async remove(rows: PublicationRow[]): Promise<void> {
    const ids = rows.map((row) => row.id);
    try {
      await call('remove_publications', { ids });
      this.rows = this.rows.filter((row) => !ids.includes(row.id));
      toasts.show(t().library.removed(rows.length, rows[0]?.title ?? ''), {
        label: t().app.undo,
        run: () => this.#restore(ids),
      });
    } catch (error) {
      toasts.showError(error);
    }
  }

  async #restore(ids: string[]): Promise<void> {
    try {
      await call('restore_publications', { ids });
      await this.refresh();
      toasts.show(t().library.restored);
    } catch (error) {
      toasts.showError(error);
    }
  }
}

export const shelf = new Shelf();
