import { describe, expect, it } from 'vitest';
import { findQuote, significant } from './quote';

function check(
  text: string,
  [before, highlight, after]: [string, string, string],
  at: number,
  expected: string | null,
) {
  const span = findQuote(text, { before, highlight, after }, at);
  expect(span && text.slice(...span)).toBe(expected);
}

describe('findQuote, the same cases as quote.rs', () => {
  it('ignores white space', () => {
    check('One white\n whale.', ['One', 'white whale', '.'], 0, 'white\n whale');
    check('co\u{ad}operate', ['', 'cooperate', ''], 0, 'co\u{ad}operate');
    check('nothing here', ['', 'whale', ''], 0, null);
    check('nothing here', ['', '', ''], 0, null);
  });

  it('prefers the match with the right context, then the closest one', () => {
    const text = 'the sea, the sky, the sea again';
    check(text, ['sky, ', 'the sea', ''], 0, 'the sea');
    expect(findQuote(text, { before: '', highlight: 'the sea', after: '' }, 0.6)).toEqual([18, 25]);
    check(text, ['wrong context ', 'the sky', ' more wrong'], 0, 'the sky');
  });
});

describe('findQuote in UTF-16', () => {
  it('ignores the same characters as Rust', () => {
    expect(significant('a\u{85}b\u{feff}c\u{2060}d\u{200e}e\u{3000}f')).toBe('abcdef');
    expect(significant('a\u{180e}b')).toBe('a\u{180e}b');
  });

  it('does not split surrogate pairs', () => {
    check('x 𝔘𝔫𝔡 y', ['x', '𝔘𝔫𝔡', 'y'], 0, '𝔘𝔫𝔡');
  });

  it('finds every substring of a text', () => {
    const text = 'Call me Ishmael.\n\tSome years ago—never mind how long\u{ad} precisely— Ää 鲸 𝔘 end';
    for (let start = 0; start < text.length; start++) {
      for (let end = start + 1; end <= Math.min(text.length, start + 12); end++) {
        const quote = {
          before: text.slice(0, start),
          highlight: text.slice(start, end),
          after: text.slice(end),
        };
        const span = findQuote(text, quote, start / text.length);
        const expected = significant(quote.highlight);
        expect(span ? significant(text.slice(...span)) : null).toBe(expected === '' ? null : expected);
      }
    }
  });
});
