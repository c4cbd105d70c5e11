/**
 * Finding quoted words again in a text: the twin of `crates/alexandria-domain/src/quote.rs`.
 *
 * The page and the stored text differ in white space and in invisible characters (a soft hyphen, a word joiner), never
 * in letters. So both are compared by their significant characters alone. Strings only; `pagetext.ts` brings the page.
 */
import type { Quote } from '../platform';

/** Characters that do not count: white space and the invisible. The same set as `is_significant` leaves out. */
const INSIGNIFICANT = /[\s\u0085\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+/gu;
const SIGNIFICANT = /[^\s\u0085\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/u;

/** The text without its insignificant characters. */
export function significant(text: string): string {
  return text.replace(INSIGNIFICANT, '');
}

/** Whether a UTF-16 unit counts when words are compared; both halves of a surrogate pair do. */
export function isSignificant(unit: string): boolean {
  return SIGNIFICANT.test(unit);
}

/** A half-open range of UTF-16 offsets. */
export type Span = readonly [start: number, end: number];

/** Where `quote` stands in `text`; `null` if the words are not there. */
export function find(text: string, quote: Quote, progression: number): Span | null {
  const found = findSignificant(significant(text), quote, progression);
  return found && [offsetOf(text, found[0]), offsetOf(text, found[1] - 1) + 1];
}

/**
 * Where `quote` stands in a text that has only significant characters.
 *
 * Tries the words with all their context, then with the context of either side, then alone; among equal matches takes
 * the one nearest to `progression` (0 to 1).
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

/** Start of the occurrence of `needle` that is nearest to `progression` of `haystack`. */
function nearest(haystack: string, needle: string, progression: number): number | null {
  const wanted = progression * haystack.length;
  let best: number | null = null;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + needle.length)) {
    if (best === null || Math.abs(at - wanted) < Math.abs(best - wanted)) best = at;
  }
  return best;
}

/** Offset in `original` of its significant character number `index`, counted from 0. */
export function offsetOf(original: string, index: number): number {
  let seen = 0;
  for (let offset = 0; offset < original.length; offset++) {
    if (isSignificant(original.charAt(offset)) && seen++ === index) return offset;
  }
  return original.length;
}
