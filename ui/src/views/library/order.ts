/** Which books of the shelf are shown, and in what order. Pure, and quick for tens of thousands of books. */
import type { PublicationRow, Settings } from '../../platform';

/** A row with what it is filtered and sorted by, made once and not at each key stroke. */
export interface ShelfEntry {
  row: PublicationRow;
  /** Title, authors and series without accents and case. */
  text: string;
  titleKey: string;
  authorKey: string;
}

/** Without accents, case and ligatures: what a reader types to find it. */
export function fold(text: string): string {
  // Most texts have nothing to decompose, and the shelf may be large.
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

/** Prepares the rows of a shelf. */
export function prepare(rows: PublicationRow[]): ShelfEntry[] {
  return rows.map((row) => {
    const title = fold(row.title);
    return {
      row,
      text: `${title} ${fold(row.authors.join(' '))} ${fold(row.series ?? '')}`,
      titleKey: withoutArticle(title),
      authorKey: fold(surnameFirst(row.authors[0] ?? '\u{10ffff}')),
    };
  });
}

/** The entries that hold every word of the filter, sorted. */
export function arrange(
  entries: ShelfEntry[],
  filter: string,
  sort: Settings['librarySort'],
): PublicationRow[] {
  const words = fold(filter).split(/\s+/u).filter(Boolean);
  const shown = entries.filter(({ text }) => words.every((word) => text.includes(word)));
  return shown.sort(comparators[sort]).map(({ row }) => row);
}

type Comparator = (a: ShelfEntry, b: ShelfEntry) => number;

const collator = new Intl.Collator(undefined, { numeric: true });
const byTitle: Comparator = (a, b) => collator.compare(a.titleKey, b.titleKey);
const byAdded: Comparator = (a, b) => b.row.addedAt - a.row.addedAt || byTitle(a, b);
const comparators: Record<Settings['librarySort'], Comparator> = {
  title: byTitle,
  author: (a, b) => collator.compare(a.authorKey, b.authorKey) || byTitle(a, b),
  added: byAdded,
  recent: (a, b) => (b.row.openedAt ?? 0) - (a.row.openedAt ?? 0) || byAdded(a, b),
};

/** Titles are shelved without their first article, as libraries do. */
function withoutArticle(title: string): string {
  return title.replace(/^(?:the|an|a|der|die|das|ein|eine|le|la|les|l['’]|el|los|las|il|lo|gli)\s+/u, '');
}

/** `Herman Melville` is shelved under M; a name with a comma is in that order already. */
function surnameFirst(name: string): string {
  if (name.includes(',')) return name;
  const words = name.split(/\s+/u);
  const surname = words.pop() ?? '';
  return [surname, ...words].join(' ');
}
