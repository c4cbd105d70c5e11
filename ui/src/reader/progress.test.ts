import { expect, it } from 'vitest';
import { locatorAt, placeAt, totalProgression } from './progress';

const sections = [1000, 0, 3000].map((characters, index) => ({
  href: `${index}.xhtml`,
  type: 'application/xhtml+xml',
  title: null,
  linear: true,
  characters,
}));

it('turns a place in a section into a share of the book, and back', () => {
  for (const [index, progression, share] of [
    [0, 0, 0],
    [0, 0.5, 0.125],
    [2, 0, 0.25],
    [2, 0.5, 0.625],
  ] as const) {
    expect(totalProgression(sections, index, progression)).toBe(share);
    expect(placeAt(sections, share)).toEqual({ index, progression });
  }
  expect(placeAt(sections, 1)).toEqual({ index: 2, progression: 1 });
  expect(placeAt([], 0.5)).toEqual({ index: 0, progression: 0 });
});

it('counts positions as the core does', () => {
  const text = { before: '', highlight: 'x', after: '' };
  expect(locatorAt(sections, 2, 0.5, null, text)?.locations.position).toBe(1 + 1 + 1 + 1);
  expect(locatorAt(sections, 9, 0, null, text)).toBeNull();
});
