import { expect, it } from 'vitest';
import { createLocator, sectionAt, totalProgression } from './progress';

const sections = [1000, 0, 3000].map((characters, index) => ({
  href: `${index}.xhtml`,
  type: 'application/xhtml+xml',
  title: null,
  linear: true,
  characters,
}));

it('totalProgression and sectionAt are inverse', () => {
  for (const [index, progression, total] of [
    [0, 0, 0],
    [0, 0.5, 0.125],
    [2, 0, 0.25],
    [2, 0.5, 0.625],
  ] as const) {
    expect(totalProgression(sections, index, progression)).toBe(total);
    expect(sectionAt(sections, total)).toEqual({ index, progression });
  }
  expect(sectionAt(sections, 1)).toEqual({ index: 2, progression: 1 });
  expect(sectionAt([], 0.5)).toEqual({ index: 0, progression: 0 });
});

it('createLocator counts positions as the core does', () => {
  const text = { before: '', highlight: 'x', after: '' };
  expect(createLocator(sections, 2, 0.5, null, text)?.locations.position).toBe(1 + 1 + 1 + 1);
  expect(createLocator(sections, 9, 0, null, text)).toBeNull();
});
