/** Authors of a publication as a short line. */
import type { PublicationRow } from '../platform';
import { t } from '../messages/index.svelte';

export function formatAuthors({ authors }: Pick<PublicationRow, 'authors'>): string {
  const [first, second, third] = authors;
  if (first === undefined) return t().app.unknownAuthor;
  if (third !== undefined) return t().app.etAl(first);
  return second === undefined ? first : `${first}, ${second}`;
}
