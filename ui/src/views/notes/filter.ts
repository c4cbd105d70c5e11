/** Filters notes of all books. Pure. */
import type { AnnotatedBook, Annotation, Colour } from '../../platform';
import { normalize } from '../../components/normalize';

/** What is shown; `null` lets everything through. */
export interface NoteFilter {
  /** Words that all have to be in the quote, the note, its tags, its chapter, or the book's title or authors. */
  words: string;
  colour: Colour | null;
  tag: string | null;
  /** Id of a publication. */
  book: string | null;
}

/** A book with the text that is searched in each of its annotations, computed once rather than at every key stroke. */
export interface NoteEntry {
  book: AnnotatedBook;
  texts: string[];
}

export function toEntries(books: AnnotatedBook[]): NoteEntry[] {
  return books.map((book) => {
    const about = [book.title, ...book.authors];
    const text = ({ locator, note, otherNotes, tags }: Annotation) =>
      normalize(
        [...about, locator.title ?? '', locator.text.highlight, note, ...otherNotes, ...tags].join('\n'),
      );
    return { book, texts: book.annotations.map(text) };
  });
}

/** The books with the annotations that match, without books that have none. */
export function filterNotes(entries: NoteEntry[], { words, colour, tag, book }: NoteFilter): AnnotatedBook[] {
  const wanted = normalize(words).split(/\s+/u).filter(Boolean);
  const matches = (annotation: Annotation, text: string) =>
    (colour === null || (annotation.kind !== 'bookmark' && annotation.colour === colour)) &&
    (tag === null || annotation.tags.includes(tag)) &&
    wanted.every((word) => text.includes(word));
  return entries
    .filter((entry) => book === null || entry.book.id === book)
    .map((entry) => ({
      ...entry.book,
      annotations: entry.book.annotations.filter((annotation, index) =>
        matches(annotation, entry.texts[index] ?? ''),
      ),
    }))
    .filter(({ annotations }) => annotations.length > 0);
}

/** The first `count` annotations of books. */
export function firstNotes(books: AnnotatedBook[], count: number): AnnotatedBook[] {
  const first: AnnotatedBook[] = [];
  let left = count;
  for (const book of books) {
    if (left <= 0) break;
    first.push({ ...book, annotations: book.annotations.slice(0, left) });
    left -= book.annotations.length;
  }
  return first;
}

export function countNotes(books: AnnotatedBook[]): number {
  return books.reduce((sum, { annotations }) => sum + annotations.length, 0);
}

/** All tags, sorted. */
export function tagsOf(books: AnnotatedBook[]): string[] {
  const tags = new Set(
    books.flatMap(({ annotations }) => annotations.flatMap((annotation) => annotation.tags)),
  );
  return [...tags].sort(new Intl.Collator().compare);
}
