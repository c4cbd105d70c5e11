/** One reading of one book: the open view, where the reader is, and the hits that can be stepped through. */
import {
  call,
  failureOf,
  type CommandFailure,
  type Locator,
  type OpenPublication,
  type SearchHit,
  type SearchResults,
} from '../../platform';
import { BookView, type Place } from '../../reader/bookview';
import type { LinkTarget } from '../../reader/links';
import { t } from '../../messages/index.svelte';
import { beforeClosing } from '../../state/closing';
import { notices } from '../../state/notices.svelte';
import type { Passage } from '../../state/session.svelte';

/** A place is saved this long after the last page was turned. */
const SAVE_AFTER_MS = 800;
/** Hits fetched at a time; all are, so that every one can be stepped to. */
const HITS_AT_ONCE = 500;

/** All hits of a question in this book. */
type Found = Pick<SearchResults, 'hits' | 'relaxed'>;

export class Reading {
  publication = $state.raw<OpenPublication | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  place = $state.raw<Place | null>(null);
  view = $state.raw<BookView | null>(null);
  /** Hits that can be stepped through, and which of them is current; -1 for none. */
  hits = $state.raw<SearchHit[]>([]);
  current = $state(-1);
  /** Whether the hits are all there are in this book, rather than the best that a search knew. */
  whole = $state(true);
  asked = $state('');
  /** No passage has all the words asked for; the hits have some of them. */
  relaxed = $state(false);
  finding = $state(false);
  findFailure = $state.raw<CommandFailure | null>(null);
  /** The words marked as the current hit, read from the page. */
  marked = $state<string | null>(null);
  /** An address outside the book that was clicked. */
  outside = $state<string | null>(null);
  /** Places left by following links or jumping, the last one last. */
  trail = $state.raw<Locator[]>([]);
  readonly #id: string;
  readonly #endClosing = beforeClosing(() => this.#save());
  #unsaved: Locator | null = null;
  /** The last saving of a place. */
  #saved = Promise.resolve();
  #saving: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** Number of the last question. */
  #finds = 0;

  constructor(id: string) {
    this.#id = id;
  }

  /** Opens the book, puts it into `container` and goes to the passage or the saved place. */
  async open(
    container: HTMLElement,
    passage: Passage | null,
    prepare: (view: BookView) => void,
  ): Promise<void> {
    try {
      const publication = await call('open_publication', { id: this.#id });
      if (this.#closed) return;
      const texts = {
        frameTitle: t().reader.page(publication.title),
        sectionFailed: t().reader.sectionFailed,
      };
      const view = new BookView(publication, this.#events(), texts);
      container.append(view.element);
      prepare(view);
      this.publication = publication;
      this.view = view;
      if (passage) await this.#enterAt(passage);
      else await view.start(publication.position);
      view.focus();
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** Saves the place and lets the book go. */
  async close(): Promise<void> {
    this.#closed = true;
    this.view?.destroy();
    await this.#save();
    this.#endClosing();
  }

  /** Finds words in this book and goes to the first hit at or after the current place. */
  async find(query: string): Promise<void> {
    this.asked = query.trim();
    if (this.asked === '') {
      await this.endHits();
      return;
    }
    let found: Found | null;
    try {
      found = await this.#ask(this.asked);
    } catch (error) {
      this.findFailure = failureOf(error);
      this.hits = [];
      this.finding = false;
      return;
    }
    if (!found) return;
    this.#take(found);
    const here = this.place?.locator.locations.totalProgression ?? 0;
    const next = found.hits.findIndex((hit) => shareOf(hit) >= here - 1e-9);
    await this.goToHit(next < 0 ? 0 : next);
  }

  /** Which of how many hits is current, in words. */
  get count(): string {
    const [at, all] = [this.current + 1, this.hits.length];
    return this.whole ? t().reader.hitOf(at, all) : t().reader.bestOf(at, all);
  }

  /** Puts all hits of this book in the place of those that the search had loaded. The current one stays. */
  async #complete(query: string): Promise<void> {
    let found: Found | null;
    try {
      found = await this.#ask(query);
    } catch (error) {
      this.finding = false;
      notices.showFailure(error);
      return;
    }
    if (!found) return;
    const now = this.hits[this.current];
    const current = found.hits.findIndex((hit) => now !== undefined && isSamePlace(hit, now));
    this.finding = false;
    // The shelf may have changed since the search; then what it had loaded is the better list.
    if (current < 0) return;
    this.asked = query;
    this.#take(found);
    this.current = current;
    this.view?.markHits(found.hits, current);
  }

  /**
   * All hits of a question, in the order of the book; `null` if something else was asked meanwhile. Whoever asks says
   * with the answer that finding has ended.
   */
  async #ask(query: string): Promise<Found | null> {
    this.#finds += 1;
    const mine = this.#finds;
    const isWanted = () => mine === this.#finds && !this.#closed;
    this.finding = true;
    try {
      const { hits, relaxed } = await this.#allHits(query, isWanted);
      return isWanted() ? { hits: inOrder(hits), relaxed } : null;
    } catch (error) {
      if (!isWanted()) return null;
      throw error;
    }
  }

  #take({ hits, relaxed }: Found): void {
    this.hits = hits;
    this.whole = true;
    this.relaxed = relaxed;
    this.finding = false;
    this.findFailure = null;
  }

  /** Every hit in this book, for as long as they are wanted. */
  async #allHits(query: string, wanted: () => boolean): Promise<Found> {
    const hits: SearchHit[] = [];
    for (;;) {
      const offset = hits.length;
      const args = { query, mode: 'exact', limit: HITS_AT_ONCE, offset, publication: this.#id } as const;
      const found = await call('search', args);
      hits.push(...found.hits);
      if (found.hits.length === 0 || hits.length >= found.total || !wanted()) {
        return { hits, relaxed: found.relaxed };
      }
    }
  }

  /** Goes to a hit; numbers run round at both ends. */
  async goToHit(number: number): Promise<void> {
    if (this.hits.length === 0) {
      this.current = -1;
      await this.view?.showHits([], -1);
      return;
    }
    this.current = (number + this.hits.length) % this.hits.length;
    await this.view?.showHits(this.hits, this.current);
  }

  /** Takes the marks and the list of hits away. */
  async endHits(): Promise<void> {
    this.#finds += 1;
    this.finding = false;
    this.hits = [];
    this.relaxed = false;
    this.asked = '';
    this.marked = null;
    this.findFailure = null;
    await this.goToHit(-1);
  }

  /** Leaves the current place for another, keeping the way back. */
  async jump(go: (view: BookView) => Promise<void>): Promise<void> {
    if (!this.view) return;
    if (this.place) this.trail = [...this.trail.slice(-19), this.place.locator];
    await go(this.view);
    this.#keep(this.place);
  }

  /** Back to where the last jump began. */
  async goBack(): Promise<void> {
    const last = this.trail.at(-1);
    if (!last) return;
    this.trail = this.trail.slice(0, -1);
    await this.view?.goTo(last);
    this.#keep(this.place);
  }

  /** Opens at a hit. The search ranked them; here the next one is the next in the book. */
  async #enterAt({ hits, at, query }: Passage): Promise<void> {
    const opened = hits[at];
    this.hits = inOrder(hits);
    this.whole = false;
    if (query !== null) void this.#complete(query);
    await this.goToHit(this.hits.findIndex((hit) => hit === opened));
    if (this.marked === null) notices.show(t().reader.notFound);
  }

  #events() {
    return {
      moved: (place: Place) => {
        this.place = place;
        if (place.byReading) this.#keep(place);
      },
      link: (target: LinkTarget) => this.#follow(target),
      marked: (words: string | null) => (this.marked = words),
    };
  }

  #follow(target: LinkTarget): void {
    if (target.kind === 'outside') this.outside = target.address;
    else if (target.kind === 'inside') void this.jump((view) => view.goToHref(target.href, target.fragment));
  }

  /** Keeps a place to be saved once the reader rests. */
  #keep(place: Place | null): void {
    if (!place) return;
    this.#unsaved = place.locator;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => void this.#save(), SAVE_AFTER_MS);
  }

  /** Saves the place, if there is one to save. Ended when that and what was being saved already is kept. */
  async #save(): Promise<void> {
    clearTimeout(this.#saving);
    const locator = this.#unsaved;
    this.#unsaved = null;
    if (locator) this.#saved = this.#send(locator);
    await this.#saved;
  }

  async #send(locator: Locator): Promise<void> {
    try {
      await call('save_position', { id: this.#id, locator });
    } catch (error) {
      notices.showFailure(error);
    }
  }
}

/** The search ranked them; the book has an order of its own. */
function inOrder(hits: SearchHit[]): SearchHit[] {
  return hits.toSorted((a, b) => shareOf(a) - shareOf(b));
}

function isSamePlace(a: SearchHit, b: SearchHit): boolean {
  return a.locator.href === b.locator.href && shareOf(a) === shareOf(b);
}

function shareOf(hit: SearchHit): number {
  return hit.locator.locations.totalProgression;
}
