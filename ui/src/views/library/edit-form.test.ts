import { expect, it } from 'vitest';
import type { PublicationRow } from '../../platform';
import { changesOf, formOf, type BookForm } from './edit-form';

const row = (more: Partial<PublicationRow>) =>
  ({
    title: 'Lamp',
    sortTitle: null,
    authors: ['Ada Bell', 'Moss, Jane'],
    series: 'Rooms',
    seriesPosition: '2',
    language: 'en',
    published: null,
    tags: ['Light', 'Sea'],
    rating: 0,
    status: null,
    ...more,
  }) as PublicationRow;

function check(rows: PublicationRow[], typed: Partial<BookForm>, expected: ReturnType<typeof changesOf>) {
  const before = formOf(rows, 'A book.');
  expect(changesOf(before, { ...before, ...typed })).toEqual(expected);
}

it('changesOf one book are the fields that were changed', () => {
  const one = [row({})];
  check(one, {}, {});
  check(one, { title: 'The Lamp', sortTitle: 'Lamp' }, { title: 'The Lamp', sortTitle: 'Lamp' });
  check(one, { authors: ' Moss, Jane ;;  Zola' }, { authors: ['Moss, Jane', 'Zola'] });
  check(one, { series: '' }, { series: { name: '', position: '2' } });
  check(one, { seriesPosition: '3' }, { series: { name: 'Rooms', position: '3' } });
  check(one, { tags: 'Sea, to  lend, Sea' }, { addTags: ['to lend'], removeTags: ['Light'] });
  check(one, { rating: 4, status: 'reading' }, { rating: 4, status: 'reading' });
  check(
    [row({ rating: 4, status: 'reading' })],
    { rating: 0, status: 'none' },
    { rating: 0, status: 'none' },
  );
  check(one, { description: '' }, { description: '' });
});

it('changesOf many books leave different values as they are', () => {
  const many = [row({}), row({ authors: ['Zola'], series: null, tags: ['Sea', 'Fog'], rating: 3 })];
  const form = formOf(many, null);
  expect([form.authors, form.series, form.rating, form.tags, form.language]).toEqual([
    null,
    null,
    null,
    'Sea',
    'en',
  ]);
  expect(changesOf(form, { ...form })).toEqual({});
  check(many, { tags: 'Sea, Salt', language: 'fr' }, { addTags: ['Salt'], language: 'fr' });
  check(many, { tags: '' }, { removeTags: ['Sea'] });
  check(many, { authors: 'Ada Bell' }, { authors: ['Ada Bell'] });
});
