/** Hits by book. */
import type { SearchHit } from '../platform';

/** Hits of one publication, in the order of their rank. */
export interface HitGroup {
  id: string;
  title: string;
  authors: string[];
  hits: SearchHit[];
}

/** Groups hits by publication; groups stand in the order of their best hit. */
export function groupByPublication(hits: SearchHit[]): HitGroup[] {
  const groups = new Map<string, HitGroup>();
  for (const hit of hits) {
    const group = groups.get(hit.publication.id) ?? { ...hit.publication, hits: [] };
    group.hits.push(hit);
    groups.set(group.id, group);
  }
  return [...groups.values()];
}
