/** A rough estimate of passphrase strength: a hint while typing. Only the minimum length is enforced. */

export const MIN_PASSPHRASE_CHARS = 10;

export type Strength = 'weak' | 'fair' | 'strong';

/** Entropy per distinct word: between a list of common words and a dictionary. */
const BITS_PER_WORD = 14;

/** Estimates by the number of words in a phrase; otherwise by length, variety and repetition of characters. */
export function strengthOf(passphrase: string): Strength {
  const words = new Set(
    passphrase
      .toLowerCase()
      .split(/[\s\-_.,]+/u)
      .filter((word) => word.length > 2),
  );
  const isPhrase = words.size > 1 && /^[\p{L}\s\-_.,]+$/u.test(passphrase);
  const byCharacter = effectiveLength(passphrase) * Math.log2(Math.max(2, alphabetSize(passphrase))) * 0.7;
  const bits = isPhrase ? words.size * BITS_PER_WORD : byCharacter;
  if (new Set(passphrase).size < 5 || bits < 40) return 'weak';
  return bits < 60 ? 'fair' : 'strong';
}

/** Counts runs such as `aaaa` and `1234` as one character. */
function effectiveLength(passphrase: string): number {
  let length = 0;
  let previous = Number.NaN;
  for (const character of passphrase) {
    const code = character.codePointAt(0) ?? 0;
    if (Math.abs(code - previous) > 1) length++;
    previous = code;
  }
  return length;
}

/** Size of the smallest alphabet that contains all characters. */
function alphabetSize(passphrase: string): number {
  const classes: [RegExp, number][] = [
    [/[a-z]/u, 26],
    [/[A-Z]/u, 26],
    [/\d/u, 10],
    [/[^a-zA-Z\d]/u, 33],
  ];
  return classes.reduce((size, [pattern, letters]) => size + (pattern.test(passphrase) ? letters : 0), 0);
}
