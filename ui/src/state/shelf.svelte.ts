/** All publications of the library, read once and again whenever the core says they changed. */
import { call, failureOf, listen, type CommandFailure, type PublicationRow } from '../platform';
import { t } from '../messages/index.svelte';
import { notices } from './notices.svelte';

/** A place on the shelf, in an arrangement of it. */
export interface ShelfPosition {
  arrangement: string;
  top: number;
  /** The book that had the focus. */
  book: string | null;
}

class Shelf {
  rows = $state.raw<PublicationRow[]>([]);
  loaded = $state(false);
  /** What the reader typed to narrow the shelf. */
  filter = $state('');
  /** Where the shelf was left, so that coming back from a book finds it again. */
  left: ShelfPosition | null = null;
  failure = $state.raw<CommandFailure | null>(null);
  /** The reading of the shelf that is under way, and whether something changed since it began. */
  #refreshing: Promise<void> | null = null;
  #changed = false;
  #heldBack = false;

  /** Books by id. */
  readonly byId = $derived(new Map(this.rows.map((row) => [row.id, row])));

  /** Reads the shelf and keeps it current; the returned function ends it. */
  start(): () => void {
    void this.refresh();
    return listen('library-changed', () => {
      if (this.#heldBack) this.#changed = true;
      else void this.refresh();
    });
  }

  /** Reads the shelf: never twice at a time, and once more if it has changed meanwhile. */
  refresh(): Promise<void> {
    this.#changed = true;
    this.#refreshing ??= this.#readUntilCurrent().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** Leaves the shelf unread while a book is: every page turned changes it, and nobody sees it. */
  holdBack(): void {
    this.#heldBack = true;
  }

  /** Reads what has changed since it was held back. */
  release(): void {
    this.#heldBack = false;
    if (this.#changed) void this.refresh();
  }

  async #readUntilCurrent(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      try {
        this.rows = await call('list_publications');
        this.failure = null;
      } catch (error) {
        this.failure = failureOf(error);
      }
      this.loaded = true;
    }
  }

  /** Puts books into the bin and offers to take them out again. */
  async remove(rows: PublicationRow[]): Promise<void> {
    const ids = rows.map((row) => row.id);
    try {
      await call('remove_publications', { ids });
      this.rows = this.rows.filter((row) => !ids.includes(row.id));
      notices.show(t().library.removed(rows.length, rows[0]?.title ?? ''), {
        label: t().app.undo,
        run: () => this.#restore(ids),
      });
    } catch (error) {
      notices.showFailure(error);
    }
  }

  async #restore(ids: string[]): Promise<void> {
    try {
      await call('restore_publications', { ids });
      await this.refresh();
      notices.show(t().library.restored);
    } catch (error) {
      notices.showFailure(error);
    }
  }
}

export const shelf = new Shelf();
