/** An open book: its view, the reading position, and the history of jumps. */
import { call, failureOf, type CommandFailure, type Locator, type OpenPublication } from '../../platform';
import { BookView, type BookViewEvents } from '../../renderer/bookview';
import type { LinkTarget } from '../../renderer/links';
import type { ReadingPosition } from '../../renderer/reading-position';
import { t } from '../../messages/index.svelte';
import { trackActivity } from '../../state/activity';
import type { HitSelection } from '../../state/session.svelte';
import { toasts } from '../../state/toasts.svelte';
import { BookNotes } from './book-notes.svelte';
import { BookSearch } from './book-search.svelte';
import { PositionSaver } from './position-saver';

const MAX_HISTORY = 20;

/** Where to open a book; at its saved position if both are `null`. */
export interface Target {
  selection: HitSelection | null;
  /** Id of the annotation. */
  annotation: string | null;
}

export class BookSession {
  publication = $state.raw<OpenPublication | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  position = $state.raw<ReadingPosition | null>(null);
  view = $state.raw<BookView | null>(null);
  /** The words highlighted as the current hit, read back from the page. */
  highlighted = $state<string | null>(null);
  /** Address of an external link that was clicked. */
  externalLink = $state<string | null>(null);
  /** Positions left by jumps, the latest last. */
  history = $state.raw<Locator[]>([]);
  readonly search: BookSearch;
  readonly notes: BookNotes;
  readonly #id: string;
  readonly #saver: PositionSaver;
  #closed = false;

  constructor(publicationId: string) {
    this.#id = publicationId;
    this.#saver = new PositionSaver(publicationId);
    this.search = new BookSearch(publicationId, this);
    this.notes = new BookNotes(publicationId, this);
  }

  /** Progression in the whole book, 0 to 1. */
  get progression(): number {
    return this.position?.locator.locations.totalProgression ?? 0;
  }

  /** Opens the book in `container`, at the target or at the saved position. `prepare` styles the view. */
  async open(
    container: HTMLElement,
    { selection, annotation }: Target,
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
      const notesLoaded = this.notes.load();
      if (selection) await this.#openAtHit(selection);
      else if (annotation === null) await view.start(publication.position);
      else await notesLoaded.then(() => this.#openAtAnnotation(annotation, view, publication.position));
      view.focus();
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** Removes the view. Resolves when the position is saved. */
  async close(): Promise<void> {
    this.#closed = true;
    this.search.cancel();
    this.view?.destroy();
    await this.#saver.close();
  }

  /** Jumps elsewhere and adds the current position to the history. */
  async jump(go: (view: BookView) => Promise<void>): Promise<void> {
    if (!this.view) return;
    if (this.position) this.history = [...this.history.slice(1 - MAX_HISTORY), this.position.locator];
    await go(this.view);
    this.#scheduleSave();
  }

  /** Returns to where the latest jump started. */
  async goBack(): Promise<void> {
    const last = this.history.at(-1);
    if (!last) return;
    this.history = this.history.slice(0, -1);
    await this.view?.goTo(last);
    this.#scheduleSave();
  }

  async #openAtHit(selection: HitSelection): Promise<void> {
    await this.search.show(selection);
    if (this.highlighted === null) toasts.show(t().reader.notFound);
  }

  /** Opens at an annotation, from which *Back* leads to the saved position. */
  async #openAtAnnotation(id: string, view: BookView, saved: Locator | null): Promise<void> {
    const found = this.notes.annotations.find((annotation) => annotation.id === id);
    await view.start(found?.locator ?? saved);
    if (!found) {
      toasts.show(t().reader.noteGone);
      return;
    }
    if (saved) this.history = [saved];
    this.notes.current = found.id;
  }

  #events(): BookViewEvents {
    return {
      moved: (position) => {
        this.position = position;
        if (position.fromReading) this.#scheduleSave();
      },
      linkClicked: (target) => this.#follow(target),
      highlighted: (words) => (this.highlighted = words),
      pageLoaded: (document) => void trackActivity(document),
      selected: (locator) => (this.notes.selection = locator),
      annotationClicked: ({ id }) => (this.notes.current = id),
    };
  }

  #follow(target: LinkTarget): void {
    if (target.kind === 'external') this.externalLink = target.address;
    else if (target.kind === 'internal')
      void this.jump((view) => view.goToHref(target.href, target.fragment));
  }

  #scheduleSave(): void {
    if (this.position) this.#saver.schedule(this.position.locator);
  }
}
