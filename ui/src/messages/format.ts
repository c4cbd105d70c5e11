/** Locale-aware formatting of numbers, dates and plurals with the browser's `Intl`. */

/** Forms of a phrase by plural category. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The formatters of one language. */
export interface Formats {
  /** `1,234`. */
  number: (value: number) => string;
  /** `42 %` from 0.42. */
  percent: (share: number) => string;
  /** The plural form for `count`, with `#` replaced by the number. */
  plural: (count: number, forms: PluralForms) => string;
  /** `24 Nov 2026` from milliseconds since 1970. */
  date: (milliseconds: number) => string;
  /** `24 Nov 2026, 14:05` from milliseconds since 1970. */
  time: (milliseconds: number) => string;
  /** `0.8 sec` from milliseconds. */
  seconds: (milliseconds: number) => string;
  /** `1.4 MB` from bytes. */
  size: (bytes: number) => string;
  /** Display name of a BCP 47 tag; the tag itself if there is none. */
  language: (tag: string) => string;
}

export function formatsFor(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const rules = new Intl.PluralRules(locale);
  const languages = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
  const seconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const number = (value: number) => numbers.format(value);
  return {
    number,
    percent: (share) => percents.format(share),
    plural: (count, forms) => (forms[rules.select(count)] ?? forms.other).replaceAll('#', number(count)),
    date: (milliseconds) => dates.format(milliseconds),
    time: (milliseconds) => times.format(milliseconds),
    seconds: (milliseconds) => seconds.format(milliseconds / 1000),
    size: (bytes) => sizeIn(locale, bytes),
    language: (tag) => nameOf(languages, tag),
  };
}

function sizeIn(locale: string, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const unit = units[step] ?? 'byte';
  // The short name of a byte has no plural in English.
  const unitDisplay = unit === 'byte' ? 'long' : 'short';
  const format = { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, format).format(bytes / 1000 ** step);
}

/** Language tags in books may be malformed; those are shown as they are. */
function nameOf(languages: Intl.DisplayNames, tag: string): string {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Turns an error text of the core, which is lower-case without a full stop, into a sentence. */
export function sentence(message: string): string {
  const [first = '', ...rest] = message;
  const text = first.toUpperCase() + rest.join('');
  return /[.!?…]$/u.test(text) || text === '' ? text : `${text}.`;
}
