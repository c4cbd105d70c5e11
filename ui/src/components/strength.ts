/** A rough word on how hard a passphrase is to guess. A hint while typing, never a gate beyond the least length. */

/** Fewest characters of a passphrase. */
export const LEAST = 10;

/** How hard to guess. */
export type Strength = 'weak' | 'fair' | 'strong';

/** Bits for each different word of a phrase: between common words and a dictionary. */
const BITS_A_WORD = 14;

/** Estimates from the number of words of a phrase, or else from length, variety and repetition of characters. */
export function strengthOf(passphrase: string): Strength {
  const words = new Set(
    passphrase
      .toLowerCase()
      .split(/[\s\-_.,]+/u)
      .filter((word) => word.length > 2),
  );
  const isPhrase = words.size > 1 && /^[\p{L}\s\-_.,]+$/u.test(passphrase);
  const byCharacter = effectiveLength(passphrase) * Math.log2(Math.max(2, alphabet(passphrase))) * 0.7;
  const bits = isPhrase ? words.size * BITS_A_WORD : byCharacter;
  if (new Set(passphrase).size < 5 || bits < 40) return 'weak';
  return bits < 60 ? 'fair' : 'strong';
}

/** Length with runs such as `aaaa` and `1234` counted as one step. */
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

/** Size of the alphabet the characters seem to be drawn from. */
function alphabet(passphrase: string): number {
  const classes: [RegExp, number][] = [
    [/[a-z]/u, 26],
    [/[A-Z]/u, 26],
    [/\d/u, 10],
    [/[^a-zA-Z\d]/u, 33],
  ];
  return classes.reduce((size, [pattern, letters]) => size + (pattern.test(passphrase) ? letters : 0), 0);
}
