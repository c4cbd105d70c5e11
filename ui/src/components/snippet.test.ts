import { expect, it } from 'vitest';
import { splitSnippet } from './snippet';

function check(text: string, marks: [number, number][], expected: string) {
  const runs = splitSnippet({ text, marks }).map((run) => (run.marked ? `[${run.text}]` : run.text));
  expect(runs.join('|')).toBe(expected);
}

it('splits a snippet at its marks', () => {
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

it('ignores marks of a snippet that are out of range or out of order', () => {
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
