/** One reading of one book: the open view, where the reader is, and the hits that can be stepped through. */
import {
  call,
  failureOf,
  type CommandFailure,
  type Locator,
  type OpenPublication,
  type SearchHit,
} from '../../platform';
import { BookView, type Place } from '../../reader/bookview';
import type { LinkTarget } from '../../reader/links';
import { t } from '../../messages/index.svelte';
import { notices } from '../../state/notices.svelte';
import type { Passage } from '../../state/session.svelte';

/** A place is saved this long after the last page was turned. */
const SAVE_AFTER_MS = 800;
/** All hits of one book that are listed. */
const MOST_HITS = 500;

export class Reading {
  publication = $state.raw<OpenPublication | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  place = $state.raw<Place | null>(null);
  view = $state.raw<BookView | null>(null);
  /** Hits that can be stepped through, and which of them is current; -1 for none. */
  hits = $state.raw<SearchHit[]>([]);
  current = $state(-1);
  total = $state(0);
  asked = $state('');
  finding = $state(false);
  findFailure = $state.raw<CommandFailure | null>(null);
  /** The words marked as the current hit, read from the page. */
  marked = $state<string | null>(null);
  /** An address outside the book that was clicked. */
  outside = $state<string | null>(null);
  /** Places left by following links or jumping, the last one last. */
  trail = $state.raw<Locator[]>([]);
  readonly #id: string;
  #unsaved: Locator | null = null;
  #saving: ReturnType<typeof setTimeout> | undefined;

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
    this.view?.destroy();
    await this.#save();
  }

  /** Finds words in this book and goes to the first hit at or after the current place. */
  async find(query: string): Promise<void> {
    this.asked = query.trim();
    if (this.asked === '') {
      await this.endHits();
      return;
    }
    this.finding = true;
    try {
      const args = {
        query: this.asked,
        mode: 'exact',
        limit: MOST_HITS,
        offset: 0,
        publication: this.#id,
      } as const;
      const { hits, total } = await call('search', args);
      const inOrder = hits.toSorted((a, b) => shareOf(a) - shareOf(b));
      this.findFailure = null;
      this.hits = inOrder;
      this.total = total;
      const here = this.place?.locator.locations.totalProgression ?? 0;
      const next = inOrder.findIndex((hit) => shareOf(hit) >= here - 1e-9);
      await this.goToHit(next < 0 ? 0 : next);
    } catch (error) {
      this.findFailure = failureOf(error);
      this.hits = [];
    }
    this.finding = false;
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
    this.hits = [];
    this.total = 0;
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

  async #enterAt({ hits, at }: Passage): Promise<void> {
    this.hits = hits;
    this.total = hits.length;
    await this.goToHit(at);
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

  async #save(): Promise<void> {
    clearTimeout(this.#saving);
    const locator = this.#unsaved;
    if (!locator) return;
    this.#unsaved = null;
    try {
      await call('save_position', { id: this.#id, locator });
    } catch (error) {
      notices.showFailure(error);
    }
  }
}

function shareOf(hit: SearchHit): number {
  return hit.locator.locations.totalProgression;
}
