/**
 * Which books of the library are shown: all, those of a collection, a reading status or a tag; and the filter typed above
 * them.
 *
 * Plain words are matched by the page, at every key stroke. Filters such as `rating:4+`, and collections, are for the core.
 */
import { call, failureOf, listen, type CommandFailure, type ReadingStatus } from '../platform';

/** A part of the library. */
export type ShelfScope =
  | { kind: 'all' }
  | { kind: 'status'; status: ReadingStatus }
  | { kind: 'collection'; id: string }
  | { kind: 'tag'; tag: string };

/** Whether the page cannot match this filter by itself: it has a field, a phrase or an exclusion. */
export function needsCore(text: string): boolean {
  return /[:"“”„]|(?:^|\s)-/u.test(text);
}

class ShelfFilter {
  text = $state('');
  scope = $state.raw<ShelfScope>({ kind: 'all' });
  /** Ids of the books that the core has found; `null` if it was not called. */
  found = $state.raw<ReadonlySet<string> | null>(null);
  /** Why the filter cannot be understood. What was found before stays. */
  failure = $state.raw<CommandFailure | null>(null);
  #latest = 0;

  /** The words that the page matches. */
  readonly words = $derived(needsCore(this.text) ? '' : this.text);

  /** Identifies what is shown, as part of the position of the shelf. */
  readonly key = $derived(`${JSON.stringify(this.scope)} ${this.text}`);

  /** Keeps what the core has found up to date when the library changes. Returns a function that stops it. */
  start(): () => void {
    return listen('library-changed', () => void this.update());
  }

  /** Has the core select books if it must. Called when filter or scope have changed. */
  async update(): Promise<void> {
    const { text, scope } = this;
    const number = ++this.#latest;
    const collection = scope.kind === 'collection' ? scope.id : null;
    if (collection === null && !needsCore(text)) {
      this.found = null;
      this.failure = null;
      return;
    }
    try {
      const found = await call('select_publications', { filter: needsCore(text) ? text : '', collection });
      if (number !== this.#latest) return;
      this.found = new Set(found);
      this.failure = null;
    } catch (error) {
      if (number === this.#latest) this.failure = failureOf(error);
    }
  }

  /** Shows another part of the library. */
  show(scope: ShelfScope): void {
    if (scope.kind === 'collection' || this.scope.kind === 'collection') this.found = null;
    this.scope = scope;
  }
}

export const shelfFilter = new ShelfFilter();
