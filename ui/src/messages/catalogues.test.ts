import { expect, it } from 'vitest';
import { de } from './de';
import { en } from './en';

/** All messages of a catalogue by path. Messages with parameters are called with sample values. */
function texts(catalogue: object, path = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([name, value]: [string, unknown]) => {
    const at = `${path}.${name}`;
    if (typeof value === 'string') return [[at, value] as [string, string]];
    if (typeof value === 'function')
      return [[at, String((value as (...args: unknown[]) => unknown)(2, 3))] as [string, string]];
    return value !== null && typeof value === 'object' ? texts(value, at) : [];
  });
}

const translatable = (catalogue: object) => texts({ ...catalogue, formats: {} });

it('catalogues have no empty message and no unresolved placeholder', () => {
  for (const [path, text] of [...translatable(en), ...translatable(de)]) {
    expect([path, text.trim() !== '', /undefined|NaN|#|\[object/u.test(text)]).toEqual([path, true, false]);
  }
});

it('catalogues have the same messages, all of them translated', () => {
  const english = translatable(en);
  const german = new Map(translatable(de));
  expect(english.map(([path]) => path)).toEqual([...german.keys()]);
  const same = english.filter(([path, text]) => text.length > 20 && german.get(path) === text);
  expect(same).toEqual([]);
});
