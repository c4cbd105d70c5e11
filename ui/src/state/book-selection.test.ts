import { beforeEach, expect, it } from 'vitest';
import { bookSelection } from './book-selection.svelte';

const order = ['a', 'b', 'c', 'd', 'e'];

beforeEach(() => bookSelection.clear());

function check(expected: string) {
  expect(order.filter((id) => bookSelection.ids.has(id)).join('')).toBe(expected);
}

it('bookSelection extends from the last toggled book in both directions', () => {
  bookSelection.toggle('b');
  bookSelection.extendTo('d', order);
  check('bcd');
  bookSelection.extendTo('a', order);
  check('abcd');
  bookSelection.toggle('c');
  check('abd');
  bookSelection.extendTo('e', order);
  check('abcde');
});

it('bookSelection starts a range at its end if there is nothing to start from', () => {
  bookSelection.extendTo('c', order);
  check('c');
  bookSelection.clear();
  bookSelection.toggle('gone');
  bookSelection.extendTo('d', order);
  check('d');
});

it('bookSelection drops what is no longer shown', () => {
  bookSelection.selectAll(order);
  bookSelection.keepOnly(new Set(['b', 'd', 'x']));
  check('bd');
});
