import { expect, it } from 'vitest';
import type { AnnotatedBook, Annotation } from '../../platform';
import { countNotes, filterNotes, firstNotes, tagsOf, toEntries, type NoteFilter } from './filter';

function annotation(id: string, quote: string, more: Partial<Annotation> = {}): Annotation {
  const locator = { title: 'Chapter One', text: { highlight: quote } };
  const rest = { kind: 'highlight', colour: 'yellow', note: '', otherNotes: [], tags: [] };
  return { id, locator, ...rest, ...more } as unknown as Annotation;
}

const BOOKS: AnnotatedBook[] = [
  {
    id: 'emma',
    title: 'Emma',
    authors: ['Charlotte Brontë'],
    annotations: [
      annotation('1', 'handsome, clever, and rich', { colour: 'green', tags: ['people'] }),
      annotation('2', 'a bookmark', { kind: 'bookmark' }),
    ],
  },
  {
    id: 'whale',
    title: 'Moby-Dick',
    authors: [],
    annotations: [
      annotation('3', 'Call me Ishmael.', {
        note: 'Ältere Fassung',
        otherNotes: ['another'],
        tags: ['sea', 'people'],
      }),
    ],
  },
];

const EVERYTHING: NoteFilter = { words: '', colour: null, tag: null, book: null };

it.each<[string, Partial<NoteFilter>, string[]]>([
  ['no filter shows everything', {}, ['1', '2', '3']],
  ['words that nothing has', { words: 'lighthouse' }, []],
  ['words of the quote, in any order and case', { words: 'RICH handsome' }, ['1']],
  ['all words have to be there', { words: 'rich Ishmael' }, []],
  ['words of the note, without accents', { words: 'altere' }, ['3']],
  ['words of another version of the note', { words: 'another' }, ['3']],
  ['words of the tags', { words: 'sea' }, ['3']],
  ['words of the chapter', { words: 'one' }, ['1', '2', '3']],
  ['words of the title and the author', { words: 'emma bronte' }, ['1', '2']],
  ['a colour, which bookmarks do not have', { colour: 'yellow' }, ['3']],
  ['a tag', { tag: 'people' }, ['1', '3']],
  ['a tag is compared as a whole', { tag: 'peop' }, []],
  ['a book', { book: 'emma' }, ['1', '2']],
  ['everything at once', { words: 'ishmael', colour: 'yellow', tag: 'sea', book: 'whale' }, ['3']],
  ['one that does not match', { words: 'ishmael', colour: 'blue' }, []],
])('%s', (_, filter, expected) => {
  const shown = filterNotes(toEntries(BOOKS), { ...EVERYTHING, ...filter });
  expect(shown.flatMap(({ annotations }) => annotations.map(({ id }) => id))).toEqual(expected);
  expect(shown.every(({ annotations }) => annotations.length > 0)).toBe(true);
});

it.each([
  [0, []],
  [1, ['1']],
  [2, ['1', '2']],
  [3, ['1', '2', '3']],
  [9, ['1', '2', '3']],
])('the first %i notes are those of the first books', (count, expected) => {
  const first = firstNotes(BOOKS, count);
  expect(first.flatMap(({ annotations }) => annotations.map(({ id }) => id))).toEqual(expected);
});

it('notes are counted over all books, and their tags are listed once', () => {
  expect([countNotes(BOOKS), tagsOf(BOOKS)]).toEqual([3, ['people', 'sea']]);
});
