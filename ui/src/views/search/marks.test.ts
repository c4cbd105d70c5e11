import { expect, it } from 'vitest';
import { piecesOf } from './marks';

function check(text: string, marks: [number, number][], expected: string) {
  const shown = piecesOf({ text, marks }).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text));
  expect(shown.join('|')).toBe(expected);
}

it('cuts a snippet at its marks', () => {
  check(
    'the white whale',
    [
      [4, 9],
      [10, 15],
    ],
    'the |[white]| |[whale]',
  );
  check('whale', [[0, 5]], '[whale]');
  check('plain', [], 'plain');
});

it('leaves broken marks away', () => {
  check(
    'abc',
    [
      [2, 9],
      [1, 1],
    ],
    'abc',
  );
  check(
    'abcdef',
    [
      [2, 4],
      [1, 3],
    ],
    'ab|[cd]|ef',
  );
});
