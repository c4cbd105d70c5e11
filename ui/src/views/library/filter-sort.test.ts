import { expect, it } from 'vitest';
import type { PublicationRow } from '../../platform';
import { filterAndSort, toEntries, type ShelfView } from './filter-sort';

function book(
  title: string,
  author: string,
  addedAt = 0,
  openedAt: number | null = null,
  more: Partial<PublicationRow> = {},
): PublicationRow {
  const rest = {
    language: 'en',
    format: 'epub',
    series: null,
    seriesPosition: null,
    sortTitle: null,
    published: null,
    tags: [],
    rating: 0,
    status: null,
    progression: null,
    passages: 1,
    hasCover: false,
  };
  return { id: title, title, authors: [author], addedAt, openedAt, searchable: 'semantic', ...rest, ...more };
}

const shelf = toEntries([
  book('Wuthering Heights', 'Emily Brontë', 3),
  book('The Time Machine', 'H. G. Wells', 1, 50),
  book('A Tale of Two Cities', 'Charles Dickens', 2, 90),
  book('Straße', 'Łukasz Ærø', 4),
]);

const EVERYTHING: ShelfView = { words: '', scope: { kind: 'all' }, found: null, sort: 'title' };

function check(words: string, sort: ShelfView['sort'], expected: string[]) {
  expect(filterAndSort(shelf, { ...EVERYTHING, words, sort }).map(({ title }) => title)).toEqual(expected);
}

it('filterAndSort ignores accents and case in the filter', () => {
  check('bronte', 'title', ['Wuthering Heights']);
  check('BRONTË  heights', 'title', ['Wuthering Heights']);
  check('strasse aero', 'title', ['Straße']);
  check('lukasz', 'title', ['Straße']);
  check('absent', 'title', []);
});

it('filterAndSort ignores leading articles and sorts by surname', () => {
  check('', 'title', ['Straße', 'A Tale of Two Cities', 'The Time Machine', 'Wuthering Heights']);
  check('', 'author', ['Straße', 'Wuthering Heights', 'A Tale of Two Cities', 'The Time Machine']);
  check('', 'added', ['Straße', 'Wuthering Heights', 'A Tale of Two Cities', 'The Time Machine']);
  check('', 'recent', ['A Tale of Two Cities', 'The Time Machine', 'Straße', 'Wuthering Heights']);
});

const ordered = toEntries([
  book('The Sea', 'Zola', 0, null, { series: 'Rooms', seriesPosition: '10', rating: 3, status: 'finished' }),
  book('A Lamp', 'Moss', 0, null, {
    series: 'Rooms',
    seriesPosition: '2.5',
    tags: ['Light'],
    status: 'reading',
  }),
  book('Rooms, a Guide', 'Moss', 0, null, { series: 'Rooms', rating: 5, published: '1911' }),
  book('Émile', 'Bell', 0, null, { sortTitle: 'Zebra', published: '1762-05', tags: ['Light', 'Sea'] }),
  book('Boats', 'Bell', 0, null, { status: 'to-read' }),
]);

function checkView(view: Partial<ShelfView>, expected: string[]) {
  const shown = filterAndSort(ordered, { ...EVERYTHING, ...view }).map(({ title }) => title);
  expect(shown).toEqual(expected);
}

it('filterAndSort sorts by what readers have said, with what lacks it last', () => {
  checkView({ sort: 'title' }, ['Boats', 'A Lamp', 'Rooms, a Guide', 'The Sea', 'Émile']);
  checkView({ sort: 'series' }, ['A Lamp', 'The Sea', 'Rooms, a Guide', 'Boats', 'Émile']);
  checkView({ sort: 'published' }, ['Émile', 'Rooms, a Guide', 'Boats', 'A Lamp', 'The Sea']);
  checkView({ sort: 'rating' }, ['Rooms, a Guide', 'The Sea', 'Boats', 'A Lamp', 'Émile']);
  checkView({ sort: 'status' }, ['A Lamp', 'Boats', 'The Sea', 'Rooms, a Guide', 'Émile']);
});

it('filterAndSort shows a part of the library', () => {
  checkView({ scope: { kind: 'status', status: 'finished' } }, ['The Sea']);
  checkView({ scope: { kind: 'tag', tag: 'Light' } }, ['A Lamp', 'Émile']);
  checkView({ scope: { kind: 'tag', tag: 'Light' }, words: 'sea' }, ['Émile']);
  const scope = { kind: 'collection', id: 'c' } as const;
  checkView({ scope }, []);
  checkView({ scope, found: new Set(['Boats', 'The Sea']) }, ['Boats', 'The Sea']);
  checkView({ found: new Set(['Boats', 'The Sea']), words: 'zola' }, ['The Sea']);
});
