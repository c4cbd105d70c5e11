import { expect, it } from 'vitest';
import type { PublicationRow } from '../../platform';
import { filterAndSort, normalize, toEntries } from './filter-sort';

function book(title: string, author: string, addedAt = 0, openedAt: number | null = null): PublicationRow {
  const rest = {
    language: 'en',
    format: 'epub',
    series: null,
    progression: null,
    passages: 1,
    hasCover: false,
  };
  return { id: title, title, authors: [author], addedAt, openedAt, searchable: 'semantic', ...rest };
}

const shelf = toEntries([
  book('Wuthering Heights', 'Emily Brontë', 3),
  book('The Time Machine', 'H. G. Wells', 1, 50),
  book('A Tale of Two Cities', 'Charles Dickens', 2, 90),
  book('Straße', 'Łukasz Ærø', 4),
]);

function check(filter: string, sort: Parameters<typeof filterAndSort>[2], expected: string[]) {
  expect(filterAndSort(shelf, filter, sort).map(({ title }) => title)).toEqual(expected);
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

it('normalize treats composed and decomposed letters alike', () => {
  expect(normalize('Émile')).toBe(normalize('E\u0301mile'));
});
