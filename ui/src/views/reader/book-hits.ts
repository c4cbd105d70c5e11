/** Search hits within one book, in reading order rather than by rank. */
import { call, type SearchHit, type SearchResults } from '../../platform';

/** Hits per request. */
const PAGE_SIZE = 500;

export type BookHits = Pick<SearchResults, 'hits' | 'relaxed'>;

/** Fetches every hit of a query in one book. Stops early, with some hits missing, once `isWanted` returns `false`. */
export async function fetchBookHits(
  publication: string,
  query: string,
  isWanted: () => boolean,
): Promise<BookHits> {
  const hits: SearchHit[] = [];
  for (;;) {
    const offset = hits.length;
    const args = { query, mode: 'exact', limit: PAGE_SIZE, offset, publication } as const;
    const results = await call('search', args);
    hits.push(...results.hits);
    if (results.hits.length === 0 || hits.length >= results.total || !isWanted()) {
      return { hits: inReadingOrder(hits), relaxed: results.relaxed };
    }
  }
}

export function inReadingOrder(hits: SearchHit[]): SearchHit[] {
  return hits.toSorted((a, b) => progressionOf(a) - progressionOf(b));
}

export function isSamePassage(a: SearchHit, b: SearchHit): boolean {
  return a.locator.href === b.locator.href && progressionOf(a) === progressionOf(b);
}

/** Progression in the whole book, 0 to 1. */
export function progressionOf(hit: SearchHit): number {
  return hit.locator.locations.totalProgression;
}
