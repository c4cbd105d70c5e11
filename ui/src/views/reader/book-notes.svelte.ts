/** The reader's highlights, bookmarks and notes in an open book. */
import type { BookView } from '../../renderer/bookview';
import type { ReadingPosition } from '../../renderer/reading-position';
import { call, type Annotation, type Colour, type EditAnnotation, type Locator } from '../../platform';
import { toasts } from '../../state/toasts.svelte';

/** What notes need of an open book. */
interface OpenBook {
  readonly view: BookView | null;
  readonly position: ReadingPosition | null;
}

type Changes = Omit<EditAnnotation, 'id' | 'publication'>;

/** The quote without its white space, which is another in the stored text than on the page. */
const words = ({ text }: Locator): string => text.highlight.replace(/\s+/gu, '');

export class BookNotes {
  /** In the order of the text. */
  annotations = $state.raw<Annotation[]>([]);
  /** The text that is selected on the page. */
  selection = $state.raw<Locator | null>(null);
  /** Id of the annotation that is being edited. */
  current = $state<string | null>(null);
  /** The colour of the next highlight: that of the last one. */
  colour = $state<Colour>('yellow');
  /** The annotation that was deleted last, until another change. */
  deleted = $state.raw<Annotation | null>(null);
  readonly #id: string;
  readonly #session: OpenBook;

  constructor(publicationId: string, session: OpenBook) {
    this.#id = publicationId;
    this.#session = session;
  }

  async load(): Promise<void> {
    await this.#try(async () => this.#show(await call('list_annotations', { id: this.#id })));
  }

  /** Marks the selected text. */
  async highlight(colour: Colour): Promise<void> {
    const locator = this.selection;
    if (!locator) return;
    this.colour = colour;
    await this.#add('highlight', locator);
    this.#session.view?.clearSelection();
    this.selection = null;
  }

  /** Sets a bookmark at the present page, or removes the one that is there. */
  async toggleBookmark(): Promise<void> {
    const locator = this.#session.position?.locator;
    if (!locator) return;
    const there = this.annotations.find(
      ({ kind, locator: at }) =>
        kind === 'bookmark' && at.href === locator.href && words(at) === words(locator),
    );
    await (there ? this.remove(there) : this.#add('bookmark', locator));
  }

  async edit(annotation: Annotation, changes: Changes): Promise<void> {
    this.deleted = null;
    await this.#change(annotation, changes);
  }

  async remove(annotation: Annotation): Promise<void> {
    await this.#change(annotation, { deleted: true });
    if (this.current === annotation.id) this.current = null;
    this.deleted = annotation;
  }

  /** Brings back what was deleted last. */
  async undo(): Promise<void> {
    const { deleted } = this;
    this.deleted = null;
    if (deleted) await this.#change(deleted, { deleted: false });
  }

  async #add(kind: 'highlight' | 'bookmark', locator: Locator): Promise<void> {
    this.deleted = null;
    await this.#try(async () => {
      const { colour } = this;
      const made = await call('add_annotation', { id: this.#id, kind, locator, colour, style: 'solid' });
      await this.load();
      this.current = made.id;
    });
  }

  async #change({ id }: Annotation, changes: Changes): Promise<void> {
    await this.#try(async () => {
      await call('edit_annotation', { publication: this.#id, id, ...changes });
      await this.load();
    });
  }

  #show(annotations: Annotation[]): void {
    this.annotations = annotations;
    this.#session.view?.setAnnotations(annotations);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.showError(error);
    }
  }
}
