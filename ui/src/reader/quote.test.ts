import { describe, expect, it } from 'vitest';
import { find, significant } from './quote';

function check(
  text: string,
  [before, highlight, after]: [string, string, string],
  at: number,
  expected: string | null,
) {
  const span = find(text, { before, highlight, after }, at);
  expect(span && text.slice(...span)).toBe(expected);
}

describe('the same cases as quote.rs', () => {
  it('finds words whatever the white space', () => {
    check('One white\n whale.', ['One', 'white whale', '.'], 0, 'white\n whale');
    check('co\u{ad}operate', ['', 'cooperate', ''], 0, 'co\u{ad}operate');
    check('nothing here', ['', 'whale', ''], 0, null);
    check('nothing here', ['', '', ''], 0, null);
  });

  it('chooses between equal words by context and progression', () => {
    const text = 'the sea, the sky, the sea again';
    check(text, ['sky, ', 'the sea', ''], 0, 'the sea');
    expect(find(text, { before: '', highlight: 'the sea', after: '' }, 0.6)).toEqual([18, 25]);
    check(text, ['wrong context ', 'the sky', ' more wrong'], 0, 'the sky');
  });
});

describe('what JavaScript adds', () => {
  it('ignores the characters that Rust ignores', () => {
    expect(significant('a\u{85}b\u{feff}c\u{2060}d\u{200e}e\u{3000}f')).toBe('abcdef');
    expect(significant('a\u{180e}b')).toBe('a\u{180e}b');
  });

  it('keeps surrogate pairs whole', () => {
    check('x 𝔘𝔫𝔡 y', ['x', '𝔘𝔫𝔡', 'y'], 0, '𝔘𝔫𝔡');
  });

  it('finds every piece of a text again', () => {
    const text = 'Call me Ishmael.\n\tSome years ago—never mind how long\u{ad} precisely— Ää 鲸 𝔘 end';
    for (let start = 0; start < text.length; start++) {
      for (let end = start + 1; end <= Math.min(text.length, start + 12); end++) {
        const quote = {
          before: text.slice(0, start),
          highlight: text.slice(start, end),
          after: text.slice(end),
        };
        const span = find(text, quote, start / text.length);
        const want = significant(quote.highlight);
        expect(span ? significant(text.slice(...span)) : null).toBe(want === '' ? null : want);
      }
    }
  });
});
