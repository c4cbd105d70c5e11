/** Search within the open book, and stepping through its hits. */
import { failureOf, type CommandFailure, type SearchHit } from '../../platform';
import type { BookView } from '../../renderer/bookview';
import { t } from '../../messages/index.svelte';
import type { HitSelection } from '../../state/session.svelte';
import { toasts } from '../../state/toasts.svelte';
import { fetchBookHits, inReadingOrder, isSamePassage, progressionOf, type BookHits } from './book-hits';

/** Tolerance for comparing progressions. */
const EPSILON = 1e-9;

/** What the search needs from the open book. */
export interface SearchTarget {
  readonly view: BookView | null;
  /** Current progression in the whole book, 0 to 1. */
  readonly progression: number;
}

export class BookSearch {
  hits = $state.raw<SearchHit[]>([]);
  /** Index of the current hit; -1 for none. */
  current = $state(-1);
  /** Whether these are all hits in the book, or only the best ones of a library search. */
  exhaustive = $state(true);
  /** Query of the hits; empty if there is none. */
  query = $state('');
  /** No passage contains all words; the hits contain some of them. */
  relaxed = $state(false);
  busy = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  readonly #publication: string;
  readonly #target: SearchTarget;
  /** Number of the latest request; results of older ones are discarded. */
  #request = 0;

  constructor(publicationId: string, target: SearchTarget) {
    this.#publication = publicationId;
    this.#target = target;
  }

  /** The number of the current hit, for display. */
  get counter(): string {
    const [number, total] = [this.current + 1, this.hits.length];
    return this.exhaustive ? t().reader.hitOf(number, total) : t().reader.bestOf(number, total);
  }

  /** Finds a query in the book and goes to the first hit at or after the current position. */
  async find(query: string): Promise<void> {
    this.query = query.trim();
    if (this.query === '') {
      await this.clear();
      return;
    }
    let results: BookHits | null;
    try {
      results = await this.#fetch(this.query);
    } catch (error) {
      this.failure = failureOf(error);
      this.hits = [];
      this.busy = false;
      return;
    }
    if (!results) return;
    this.#setResults(results);
    const { progression } = this.#target;
    const next = results.hits.findIndex((hit) => progressionOf(hit) >= progression - EPSILON);
    await this.goTo(next < 0 ? 0 : next);
  }

  /** Shows hits of a library search and goes to the selected one. Loads the others in this book if possible. */
  async show({ hits, index, query }: HitSelection): Promise<void> {
    const selected = hits[index];
    this.hits = inReadingOrder(hits);
    this.exhaustive = false;
    if (query !== null) void this.#loadAll(query);
    await this.goTo(this.hits.findIndex((hit) => hit === selected));
  }

  /** Goes to a hit. Indices wrap around at both ends. */
  async goTo(index: number): Promise<void> {
    if (this.hits.length === 0) {
      this.current = -1;
      await this.#target.view?.showHits([], -1);
      return;
    }
    this.current = (index + this.hits.length) % this.hits.length;
    await this.#target.view?.showHits(this.hits, this.current);
  }

  /** Goes forwards or backwards by a number of hits. */
  step(by: 1 | -1): Promise<void> {
    return this.goTo(this.current + by);
  }

  /** Removes all hits and highlights. */
  async clear(): Promise<void> {
    this.cancel();
    this.hits = [];
    this.relaxed = false;
    this.query = '';
    this.failure = null;
    await this.goTo(-1);
  }

  /** Discards the results of a request under way. */
  cancel(): void {
    this.#request += 1;
    this.busy = false;
  }

  /** Replaces the best hits by all hits in the book, and keeps the current one. */
  async #loadAll(query: string): Promise<void> {
    let results: BookHits | null;
    try {
      results = await this.#fetch(query);
    } catch (error) {
      this.busy = false;
      toasts.showError(error);
      return;
    }
    if (!results) return;
    const selected = this.hits[this.current];
    const current = results.hits.findIndex((hit) => selected !== undefined && isSamePassage(hit, selected));
    this.busy = false;
    // The library may have changed since the search; then its hits are the better list.
    if (current < 0) return;
    this.query = query;
    this.#setResults(results);
    this.current = current;
    this.#target.view?.highlightHits(results.hits, current);
  }

  /** All hits in the book; `null` if the request was superseded. Leaves `busy` set, for the caller to reset. */
  async #fetch(query: string): Promise<BookHits | null> {
    this.#request += 1;
    const request = this.#request;
    const isWanted = () => request === this.#request;
    this.busy = true;
    try {
      const results = await fetchBookHits(this.#publication, query, isWanted);
      return isWanted() ? results : null;
    } catch (error) {
      if (!isWanted()) return null;
      throw error;
    }
  }

  #setResults({ hits, relaxed }: BookHits): void {
    this.hits = hits;
    this.exhaustive = true;
    this.relaxed = relaxed;
    this.busy = false;
    this.failure = null;
  }
}
