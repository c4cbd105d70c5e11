/** The highlights, bookmarks and notes of all books, and which of them are shown. */
import {
  call,
  failureOf,
  listen,
  type AnnotatedBook,
  type Annotation,
  type AnnotationFormat,
  type CommandFailure,
} from '../platform';
import { t } from '../messages/index.svelte';
import type { NoteFilter } from '../views/notes/filter';
import { coalesced } from './coalesced';
import { toasts } from './toasts.svelte';

const EVERYTHING: NoteFilter = { words: '', colour: null, tag: null, book: null };

/** How many are shown at first, and added by each *Show more*. */
export const PAGE = 100;

class Notes {
  /** By title; the annotations of each in the order of its text. */
  books = $state.raw<AnnotatedBook[]>([]);
  loaded = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  filter = $state.raw<NoteFilter>(EVERYTHING);
  /** At most so many are shown. */
  limit = $state(PAGE);
  /** Id of the annotation that a book was opened at, until the view is shown again. */
  lastOpened: string | null = null;

  /** Loads the notes and keeps them up to date while they are shown. Returns a function that stops it. */
  start(): () => void {
    return listen('library-changed', () => void this.refresh());
  }

  /** Reloads the notes. */
  readonly refresh = coalesced(() => this.#load());

  /** Changes the filter, and starts at the top of what it lets through. */
  narrow(change: Partial<NoteFilter>): void {
    this.filter = { ...this.filter, ...change };
    this.limit = PAGE;
  }

  clearFilter(): void {
    this.narrow(EVERYTHING);
  }

  /** Deletes an annotation and offers to undo that. */
  async remove(annotation: Annotation): Promise<void> {
    if (!(await this.#setDeleted(annotation, true))) return;
    toasts.show(t().notes.deleted, { label: t().app.undo, run: () => this.#restore(annotation) });
  }

  /** Lets the reader choose a file and writes these annotations to it. */
  async export(annotations: Annotation[], format: AnnotationFormat): Promise<void> {
    try {
      const written = await call('export_annotations', {
        annotations: annotations.map(({ id }) => id),
        format,
      });
      if (written) toasts.show(t().notes.exported);
    } catch (error) {
      toasts.showError(error);
    }
  }

  async #restore(annotation: Annotation): Promise<void> {
    if (await this.#setDeleted(annotation, false)) toasts.show(t().notes.restored);
  }

  /** Returns whether it succeeded. */
  async #setDeleted({ id, publication }: Annotation, deleted: boolean): Promise<boolean> {
    try {
      await call('edit_annotation', { id, publication, deleted });
    } catch (error) {
      toasts.showError(error);
      return false;
    }
    await this.refresh();
    return true;
  }

  async #load(): Promise<void> {
    try {
      this.books = await call('annotated_books');
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
    this.loaded = true;
    this.#dropStaleFilter();
  }

  /** A book or tag that no note has any more could not be deselected. */
  #dropStaleFilter(): void {
    const { book, tag } = this.filter;
    if (this.failure) return;
    const hasBook = book === null || this.books.some(({ id }) => id === book);
    const hasTag =
      tag === null || this.books.some((other) => other.annotations.some(({ tags }) => tags.includes(tag)));
    if (!hasBook || !hasTag) this.narrow({ book: hasBook ? book : null, tag: hasTag ? tag : null });
  }
}

export const notes = new Notes();
