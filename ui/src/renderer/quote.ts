/**
 * Finds quoted words in a text. Mirrors `crates/alexandria-domain/src/quote.rs`.
 *
 * A page and its stored text may differ in white space and in invisible characters such as soft hyphens, so only the
 * remaining, significant characters are compared. Works on strings; `page-text.ts` maps them to the DOM.
 */
import type { Quote } from '../platform';

/** White space and invisible characters: the complement of `is_significant` in Rust. */
const INSIGNIFICANT = /[\s\u0085\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+/gu;
const SIGNIFICANT = /[^\s\u0085\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/u;

/** Removes insignificant characters. */
export function significant(text: string): string {
  return text.replace(INSIGNIFICANT, '');
}

/** Whether a UTF-16 code unit is significant. Both halves of a surrogate pair are. */
export function isSignificant(unit: string): boolean {
  return SIGNIFICANT.test(unit);
}

/** A half-open range in UTF-16 code units. */
export type Span = readonly [start: number, end: number];

/** Finds `quote` in `text`; `null` if it does not occur. */
export function findQuote(text: string, quote: Quote, progression: number): Span | null {
  const span = findSignificant(significant(text), quote, progression);
  return span && [offsetOf(text, span[0]), offsetOf(text, span[1] - 1) + 1];
}

/**
 * Finds `quote` in a text of significant characters.
 *
 * Tries the words with their full context, then with the context on one side, then alone. Of several matches, returns
 * the one closest to `progression` (0 to 1).
 */
export function findSignificant(haystack: string, quote: Quote, progression: number): Span | null {
  const before = significant(quote.before);
  const highlight = significant(quote.highlight);
  const after = significant(quote.after);
  if (highlight === '') return null;
  for (const [lead, tail] of [
    [before, after],
    [before, ''],
    ['', after],
    ['', ''],
  ] as const) {
    const at = nearest(haystack, lead + highlight + tail, progression);
    if (at !== null) return [at + lead.length, at + lead.length + highlight.length];
  }
  return null;
}

/** Start of the occurrence of `needle` closest to `progression` of `haystack`. */
function nearest(haystack: string, needle: string, progression: number): number | null {
  const target = progression * haystack.length;
  let best: number | null = null;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + needle.length)) {
    if (best === null || Math.abs(at - target) < Math.abs(best - target)) best = at;
  }
  return best;
}

/** Offset in `original` of the significant character with that index. */
export function offsetOf(original: string, index: number): number {
  let seen = 0;
  for (let offset = 0; offset < original.length; offset++) {
    if (isSignificant(original.charAt(offset)) && seen++ === index) return offset;
  }
  return original.length;
}
