/** Text as filters compare it. */

/** Removes accents, case and ligatures, so that `bronte` matches `Brontë`. */
export function normalize(text: string): string {
  // A fast path: most titles are ASCII.
  if (/^[ -~]*$/u.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .replace(
      /[æœøđłı]/gu,
      (letter) => ({ æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', ı: 'i' })[letter] ?? letter,
    );
}
