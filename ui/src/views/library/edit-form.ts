/** The form that edits one or many books: what its fields say at first, and which changes a filled-in form means. Pure. */
import type { PublicationRow, ReadingStatus } from '../../platform';
import type { BookChanges } from '../../state/collections.svelte';

/** The fields as text. `null` means different values, which stay. */
export interface BookForm {
  title: string | null;
  sortTitle: string | null;
  /** Separated by semicolons, because names contain commas. */
  authors: string | null;
  series: string | null;
  seriesPosition: string | null;
  language: string | null;
  published: string | null;
  description: string | null;
  /** Separated by commas: the tags that all of the books have. */
  tags: string;
  rating: number | null;
  status: ReadingStatus | 'none' | null;
}

/** The form of these books. Descriptions are not in the rows; that of a single book is passed. */
export function formOf(rows: readonly PublicationRow[], description: string | null): BookForm {
  const common = <T>(valueOf: (row: PublicationRow) => T): T | null => {
    const [first, ...others] = rows.map(valueOf);
    return first !== undefined && others.every((other) => other === first) ? first : null;
  };
  const [first] = rows;
  const tags = first?.tags.filter((tag) => rows.every((row) => row.tags.includes(tag))) ?? [];
  return {
    title: common(({ title }) => title),
    sortTitle: common(({ sortTitle }) => sortTitle ?? ''),
    authors: common(({ authors }) => authors.join('; ')),
    series: common(({ series }) => series ?? ''),
    seriesPosition: common(({ seriesPosition }) => seriesPosition ?? ''),
    language: common(({ language }) => language),
    published: common(({ published }) => published ?? ''),
    description,
    tags: tags.join(', '),
    rating: common(({ rating }) => rating),
    status: common(({ status }) => status ?? 'none'),
  };
}

/** The changes between the form as it was shown and as it was submitted; empty if there are none. */
export function changesOf(before: BookForm, after: BookForm): BookChanges {
  const changes: BookChanges = {};
  const texts = ['title', 'sortTitle', 'language', 'published', 'description'] as const;
  for (const name of texts) {
    const value = after[name];
    if (value !== null && value !== before[name]) changes[name] = value;
  }
  if (after.authors !== null && after.authors !== before.authors)
    changes.authors = listOf(after.authors, ';');
  if (after.series !== before.series || after.seriesPosition !== before.seriesPosition) {
    changes.series = { name: after.series ?? '', position: after.seriesPosition ?? '' };
  }
  const [had, has] = [listOf(before.tags, ','), listOf(after.tags, ',')];
  const [added, removed] = [has.filter((tag) => !had.includes(tag)), had.filter((tag) => !has.includes(tag))];
  if (added.length > 0) changes.addTags = added;
  if (removed.length > 0) changes.removeTags = removed;
  if (after.rating !== null && after.rating !== before.rating) changes.rating = after.rating;
  if (after.status !== null && after.status !== before.status) changes.status = after.status;
  return changes;
}

function listOf(text: string, separator: string): string[] {
  const names = text.split(separator).map((name) => name.trim().replace(/\s+/gu, ' '));
  return [...new Set(names.filter((name) => name !== ''))];
}
