/** The details of a book as labelled text. */
import type { PublicationDetails } from '../../platform';
import { t } from '../../messages/index.svelte';

export interface Fact {
  label: string;
  value: string;
}

/** Everything worth showing besides title, authors and description. Unknown facts are left out. */
export function factsOf(details: PublicationDetails): Fact[] {
  const labels = t().details;
  const { series, language, format, searchable, addedAt, passages } = details.row;
  const { seriesPosition, identifiers } = details;
  const facts: [string, string | null][] = [
    [labels.series, series && seriesPosition ? labels.seriesAt(series, seriesPosition) : series],
    [labels.publisher, details.publisher],
    [labels.published, details.published],
    [labels.language, language ? t().formats.language(language) : null],
    [labels.format, format.toUpperCase()],
    [labels.extent, labels.extentOf(details.sections, passages)],
    [labels.size, t().formats.size(details.bytes)],
    [labels.added, t().formats.date(addedAt)],
    [labels.search, t().searchable[searchable]],
    [labels.subjects, details.subjects.join(', ')],
    [labels.identifiers, identifiers.map(({ scheme, value }) => `${scheme} ${value}`).join(', ')],
  ];
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}
