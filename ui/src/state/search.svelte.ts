/** Search over the library. Keeps its results while a book is open, so that the reader can come back to them. */
import { call, failureOf, type CommandFailure, type SearchHit, type SearchMode } from '../platform';
import { groupByPublication } from './groups';

/** Hits per request. */
const PAGE_SIZE = 50;

/** A single publication to search. */
export interface SearchScope {
  id: string;
  title: string;
}

class LibrarySearch {
  query = $state('');
  mode = $state<SearchMode>('hybrid');
  /** `null` for the whole library. */
  scope = $state.raw<SearchScope | null>(null);
  /** Query of the results on screen; empty before the first search. */
  resultQuery = $state('');
  /** Mode of the results on screen. */
  resultMode = $state<SearchMode>('hybrid');
  hits = $state.raw<SearchHit[]>([]);
  total = $state(0);
  tookMs = $state(0);
  relaxed = $state(false);
  /** Words of a long query that were not searched for. */
  unusedWords = $state.raw<string[]>([]);
  busy = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  /** Index of the hit opened last, to restore the focus on return. */
  lastOpened = $state<number | null>(null);
  /** Number of the latest request; results of older ones are discarded. */
  #request = 0;

  readonly groups = $derived(groupByPublication(this.hits));

  get hasMore(): boolean {
    return this.hits.length < this.total;
  }

  /**
   * Searches for the text in the search box and discards a search that is still running. While the reader is
   * `typing`, an incomplete query is not reported as an error.
   */
  async start(trigger: 'typing' | 'submit' = 'submit'): Promise<void> {
    const query = this.query.trim();
    if (query === '') {
      this.clear();
      return;
    }
    if (trigger === 'typing' && query === this.resultQuery) {
      // The results on screen are the right ones; a running request is for text typed in between.
      this.#request++;
      this.busy = false;
      return;
    }
    this.lastOpened = null;
    await this.#fetch(query, 0, trigger === 'typing');
  }

  /** Restricts the search to one publication, or to none with `null`, and searches again. */
  async setScope(scope: SearchScope | null): Promise<void> {
    this.scope = scope;
    await this.start();
  }

  async loadMore(): Promise<void> {
    if (this.hasMore && !this.busy) await this.#fetch(this.resultQuery, this.hits.length);
  }

  clear(): void {
    this.#request++;
    Object.assign(this, {
      resultQuery: '',
      hits: [],
      total: 0,
      relaxed: false,
      unusedWords: [],
      busy: false,
      failure: null,
      lastOpened: null,
    });
  }

  async #fetch(query: string, offset: number, ignoreMalformed = false): Promise<void> {
    const request = ++this.#request;
    const { mode } = this;
    this.busy = true;
    try {
      const args = { query, mode, limit: PAGE_SIZE, offset, publication: this.scope?.id ?? null };
      const results = await call('search', args);
      if (request !== this.#request) return;
      this.hits = offset === 0 ? results.hits : [...this.hits, ...results.hits];
      this.total = results.hits.length === 0 ? this.hits.length : results.total;
      this.tookMs = results.tookMs;
      this.relaxed = results.relaxed;
      this.unusedWords = results.unusedWords;
      this.failure = null;
    } catch (error) {
      if (request !== this.#request) return;
      const failure = failureOf(error);
      this.busy = false;
      if (ignoreMalformed && failure.code === 'malformed-query') return;
      this.failure = failure;
      if (offset === 0) this.hits = [];
    }
    this.resultQuery = query;
    this.resultMode = mode;
    this.busy = false;
  }
}

export const search = new LibrarySearch();
