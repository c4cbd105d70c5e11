/** Numbers, times and plurals in a language, by the browser's `Intl` alone. */

/** Forms of a phrase by plural category; `other` is always there. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The formatters a catalogue is written with. */
export interface Formats {
  /** `1,234`; in the phrase of a plural, `#` stands for it. */
  number: (value: number) => string;
  /** `42 %` from 0.42. */
  percent: (share: number) => string;
  /** The phrase that goes with `count`, its `#` replaced by the number. */
  plural: (count: number, forms: PluralForms) => string;
  /** `24 Nov 2026` from milliseconds since 1970. */
  date: (milliseconds: number) => string;
  /** `1.4 MB` from bytes. */
  size: (bytes: number) => string;
  /** The name of a language from its BCP 47 tag; the tag itself if it has none. */
  language: (tag: string) => string;
}

/** Formatters for one language of the interface. */
export function formatsFor(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const rules = new Intl.PluralRules(locale);
  const languages = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
  const number = (value: number) => numbers.format(value);
  return {
    number,
    percent: (share) => percents.format(share),
    plural: (count, forms) => (forms[rules.select(count)] ?? forms.other).replaceAll('#', number(count)),
    date: (milliseconds) => dates.format(milliseconds),
    size: (bytes) => sizeIn(locale, bytes),
    language: (tag) => nameOf(languages, tag),
  };
}

function sizeIn(locale: string, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const format = { style: 'unit', unit: units[step] ?? 'byte', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, format).format(bytes / 1000 ** step);
}

/** Books carry all sorts of language tags; a malformed one is shown as it stands. */
function nameOf(languages: Intl.DisplayNames, tag: string): string {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A message of the core, which begins with a small letter and has no full stop, as a sentence. */
export function sentence(message: string): string {
  const [first = '', ...rest] = message;
  const text = first.toUpperCase() + rest.join('');
  return /[.!?…]$/u.test(text) || text === '' ? text : `${text}.`;
}
