import { expect, it } from 'vitest';
import { formatsFor, sentence } from './format';

it('plural selects the plural form of the language', () => {
  const { plural } = formatsFor('de');
  const forms = { one: '1 Buch', other: '# Bücher' };
  expect([0, 1, 2, 1234].map((count) => plural(count, forms))).toEqual([
    '0 Bücher',
    '1 Buch',
    '2 Bücher',
    '1.234 Bücher',
  ]);
});

it('size and language use the names of the language', () => {
  const { size, language } = formatsFor('en');
  expect([size(0), size(999), size(1_423_000)]).toEqual(['0 bytes', '999 bytes', '1.4 MB']);
  expect([language('fr'), language('not a tag')]).toEqual(['French', 'not a tag']);
});

it('sentence capitalises and ends error texts', () => {
  expect(sentence('a quotation mark is not closed; add one')).toBe(
    'A quotation mark is not closed; add one.',
  );
  expect([sentence('done.'), sentence('')]).toEqual(['Done.', '']);
});
