/** Filters and sorts the shelf. Pure, and fast enough for tens of thousands of books. */
import { normalize } from '../../components/normalize';
import type { PublicationRow, ReadingStatus, Settings } from '../../platform';
import type { ShelfScope } from '../../state/shelf-filter.svelte';

/** A row with its filter and sort keys, computed once rather than at every key stroke. */
export interface ShelfEntry {
  row: PublicationRow;
  /** Title, authors, series and tags without accents and case. */
  text: string;
  titleKey: string;
  authorKey: string;
  seriesKey: string;
  /** Infinite without a number. */
  seriesNumber: number;
}

/** What is shown, and in which order. */
export interface ShelfView {
  /** Words that title, authors, series or tags contain, all of them. */
  words: string;
  scope: ShelfScope;
  /** Ids that the core has found; `null` if it has found nothing yet or was not called. */
  found: ReadonlySet<string> | null;
  sort: Settings['librarySort'];
}

/** Sorts after everything else. */
const LAST = '\u{10ffff}';

export function toEntries(rows: PublicationRow[]): ShelfEntry[] {
  return rows.map((row) => {
    const title = normalize(row.title);
    const series = normalize(row.series ?? '');
    return {
      row,
      text: [title, normalize(row.authors.join(' ')), series, normalize(row.tags.join(' '))].join(' '),
      titleKey: row.sortTitle === null ? withoutArticle(title) : normalize(row.sortTitle),
      authorKey: normalize(surnameFirst(row.authors[0] ?? LAST)),
      seriesKey: series === '' ? LAST : withoutArticle(series),
      seriesNumber: row.seriesPosition === null ? Infinity : Number(row.seriesPosition),
    };
  });
}

/** The rows to show, sorted. */
export function filterAndSort(
  entries: ShelfEntry[],
  { words, scope, found, sort }: ShelfView,
): PublicationRow[] {
  const wanted = normalize(words).split(/\s+/u).filter(Boolean);
  const matching = entries.filter(
    ({ row, text }) =>
      (found === null ? scope.kind !== 'collection' : found.has(row.id)) &&
      isInScope(row, scope) &&
      wanted.every((word) => text.includes(word)),
  );
  return matching.sort(comparators[sort]).map(({ row }) => row);
}

/** Which books are in a collection only the core knows. */
function isInScope(row: PublicationRow, scope: ShelfScope): boolean {
  if (scope.kind === 'status') return row.status === scope.status;
  return scope.kind !== 'tag' || row.tags.includes(scope.tag);
}

type Comparator = (a: ShelfEntry, b: ShelfEntry) => number;

/** What is being read first; what has no status last. */
const STATUS_ORDER: Record<ReadingStatus, number> = { reading: 0, 'to-read': 1, finished: 2 };
const rankOf = ({ row }: ShelfEntry) => (row.status === null ? 3 : STATUS_ORDER[row.status]);

const collator = new Intl.Collator(undefined, { numeric: true });
const byTitle: Comparator = (a, b) => collator.compare(a.titleKey, b.titleKey);
const byAdded: Comparator = (a, b) => b.row.addedAt - a.row.addedAt || byTitle(a, b);
/** Two books without a number differ by `NaN`, which is falsy. */
const bySeriesNumber: Comparator = (a, b) => a.seriesNumber - b.seriesNumber;
const comparators: Record<Settings['librarySort'], Comparator> = {
  title: byTitle,
  author: (a, b) => collator.compare(a.authorKey, b.authorKey) || byTitle(a, b),
  added: byAdded,
  recent: (a, b) => (b.row.openedAt ?? 0) - (a.row.openedAt ?? 0) || byAdded(a, b),
  series: (a, b) => collator.compare(a.seriesKey, b.seriesKey) || bySeriesNumber(a, b) || byTitle(a, b),
  published: (a, b) => collator.compare(a.row.published ?? LAST, b.row.published ?? LAST) || byTitle(a, b),
  rating: (a, b) => b.row.rating - a.row.rating || byTitle(a, b),
  status: (a, b) => rankOf(a) - rankOf(b) || byTitle(a, b),
};

/** Library catalogues ignore a leading article. */
function withoutArticle(title: string): string {
  return title.replace(/^(?:the|an|a|der|die|das|ein|eine|le|la|les|l['’]|el|los|las|il|lo|gli)\s+/u, '');
}

/** `Herman Melville` sorts under M. A name with a comma already has its surname first. */
function surnameFirst(name: string): string {
  if (name.includes(',')) return name;
  const words = name.split(/\s+/u);
  const surname = words.pop() ?? '';
  return [surname, ...words].join(' ');
}
