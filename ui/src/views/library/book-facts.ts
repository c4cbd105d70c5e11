/** The details of a book as labelled text. */
import type { PublicationDetails } from '../../platform';
import { t } from '../../messages/index.svelte';

export interface Fact {
  label: string;
  value: string;
}

/** Everything worth showing besides title, authors and description. Unknown facts are left out. */
export function factsOf(details: PublicationDetails, inCollections: string): Fact[] {
  const labels = t().details;
  const { series, seriesPosition, language, format, published, searchable, tags, addedAt, passages } =
    details.row;
  const facts: [string, string | null][] = [
    [labels.series, series && seriesPosition ? labels.seriesAt(series, seriesPosition) : series],
    [labels.publisher, details.publisher],
    [labels.published, published],
    [labels.language, language ? t().formats.language(language) : null],
    [labels.format, format.toUpperCase()],
    [labels.extent, labels.extentOf(details.sections, passages)],
    [labels.size, t().formats.size(details.bytes)],
    [labels.added, t().formats.date(addedAt)],
    [labels.search, t().searchable[searchable]],
    [labels.subjects, tags.join(', ')],
    [t().collections.inCollections, inCollections],
    [labels.identifiers, details.identifiers.map(({ scheme, value }) => `${scheme} ${value}`).join(', ')],
  ];
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}
