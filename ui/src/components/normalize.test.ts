import { expect, it } from 'vitest';
import { normalize } from './normalize';

it('normalize treats composed and decomposed letters alike', () => {
  expect(normalize('Émile')).toBe(normalize('E\u0301mile'));
});
