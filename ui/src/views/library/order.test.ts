import { expect, it } from 'vitest';
import type { PublicationRow } from '../../platform';
import { arrange, fold, prepare } from './order';

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

const shelf = prepare([
  book('Wuthering Heights', 'Emily Brontë', 3),
  book('The Time Machine', 'H. G. Wells', 1, 50),
  book('A Tale of Two Cities', 'Charles Dickens', 2, 90),
  book('Straße', 'Łukasz Ærø', 4),
]);

function check(filter: string, sort: Parameters<typeof arrange>[2], expected: string[]) {
  expect(arrange(shelf, filter, sort).map(({ title }) => title)).toEqual(expected);
}

it('filters without regard to accents and case', () => {
  check('bronte', 'title', ['Wuthering Heights']);
  check('BRONTË  heights', 'title', ['Wuthering Heights']);
  check('strasse aero', 'title', ['Straße']);
  check('lukasz', 'title', ['Straße']);
  check('absent', 'title', []);
});

it('sorts as a library does', () => {
  check('', 'title', ['Straße', 'A Tale of Two Cities', 'The Time Machine', 'Wuthering Heights']);
  check('', 'author', ['Straße', 'Wuthering Heights', 'A Tale of Two Cities', 'The Time Machine']);
  check('', 'added', ['Straße', 'Wuthering Heights', 'A Tale of Two Cities', 'The Time Machine']);
  check('', 'recent', ['A Tale of Two Cities', 'The Time Machine', 'Straße', 'Wuthering Heights']);
});

it('folds decomposed and composed letters alike', () => {
  expect(fold('Émile')).toBe(fold('E\u0301mile'));
});
