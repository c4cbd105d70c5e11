/** A book in words: for captions and for screen readers. */
import type { PublicationRow } from '../../platform';
import { t } from '../../messages/index.svelte';

/** The authors as a short line. */
export function authorsOf({ authors }: Pick<PublicationRow, 'authors'>): string {
  const [first, second, third] = authors;
  if (first === undefined) return t().app.unknownAuthor;
  if (third !== undefined) return t().app.etAl(first);
  return second === undefined ? first : `${first}, ${second}`;
}

/** What a screen reader says of a book on the shelf besides its title and authors. */
export function stateOf(row: PublicationRow): string {
  const progress = row.progression ? t().library.read(row.progression) : t().library.unread;
  return `${progress}. ${t().searchable[row.searchable]}.`;
}
