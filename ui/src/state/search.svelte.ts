/** The search over the whole library: it stays as it was when the reader comes back from a book. */
import { call, failureOf, type CommandFailure, type SearchHit, type SearchMode } from '../platform';
import { groupByPublication } from './groups';

/** How many hits are fetched at a time. */
const PAGE = 50;

/** A book that is searched alone. */
export interface SearchedBook {
  id: string;
  title: string;
}

class LibrarySearch {
  query = $state('');
  mode = $state<SearchMode>('hybrid');
  /** The one book that is searched; `null` for all. */
  within = $state.raw<SearchedBook | null>(null);
  /** What the hits on screen answer; empty before the first search. */
  asked = $state('');
  /** How it was asked. */
  askedMode = $state<SearchMode>('hybrid');
  hits = $state.raw<SearchHit[]>([]);
  total = $state(0);
  tookMs = $state(0);
  relaxed = $state(false);
  busy = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  /** Which hit was opened last, so that coming back finds it again. */
  opened = $state<number | null>(null);
  #run = 0;

  readonly groups = $derived(groupByPublication(this.hits));

  get hasMore(): boolean {
    return this.hits.length < this.total;
  }

  /**
   * Searches anew for what stands in the box. An earlier search that is still under way is dropped.
   * While the reader is `typing`, a query that cannot be understood yet is passed over in silence.
   */
  async start(when: 'typing' | 'done' = 'done'): Promise<void> {
    const query = this.query.trim();
    if (query === '') {
      this.clear();
      return;
    }
    if (when === 'typing' && query === this.asked) {
      // What is on screen answers it; what is under way answers something typed in between.
      this.#run++;
      this.busy = false;
      return;
    }
    this.opened = null;
    await this.#fetch(query, 0, when === 'typing');
  }

  /** Searches one book alone, or all again, for what stands in the box. */
  async narrow(to: SearchedBook | null): Promise<void> {
    this.within = to;
    await this.start();
  }

  async more(): Promise<void> {
    if (this.hasMore && !this.busy) await this.#fetch(this.asked, this.hits.length);
  }

  clear(): void {
    this.#run++;
    Object.assign(this, {
      asked: '',
      hits: [],
      total: 0,
      relaxed: false,
      busy: false,
      failure: null,
      opened: null,
    });
  }

  async #fetch(query: string, offset: number, lenient = false): Promise<void> {
    const run = ++this.#run;
    const { mode } = this;
    this.busy = true;
    try {
      const args = { query, mode, limit: PAGE, offset, publication: this.within?.id ?? null };
      const found = await call('search', args);
      if (run !== this.#run) return;
      this.hits = offset === 0 ? found.hits : [...this.hits, ...found.hits];
      this.total = found.hits.length === 0 ? this.hits.length : found.total;
      this.tookMs = found.tookMs;
      this.relaxed = found.relaxed;
      this.failure = null;
    } catch (error) {
      if (run !== this.#run) return;
      const failure = failureOf(error);
      this.busy = false;
      if (lenient && failure.code === 'malformed-query') return;
      this.failure = failure;
      if (offset === 0) this.hits = [];
    }
    this.asked = query;
    this.askedMode = mode;
    this.busy = false;
  }
}

export const search = new LibrarySearch();
