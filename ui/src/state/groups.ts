/** Search hits grouped by publication. */
import type { SearchHit } from '../platform';

export interface HitGroup {
  id: string;
  title: string;
  authors: string[];
  /** By rank. */
  hits: SearchHit[];
}

/** Groups hits by publication. Groups are ordered by their best hit. */
export function groupByPublication(hits: SearchHit[]): HitGroup[] {
  const groups = new Map<string, HitGroup>();
  for (const hit of hits) {
    const group = groups.get(hit.publication.id) ?? { ...hit.publication, hits: [] };
    group.hits.push(hit);
    groups.set(group.id, group);
  }
  return [...groups.values()];
}
