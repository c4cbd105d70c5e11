/** How many books have each reading status and each tag. Pure. */
import { normalize } from '../../components/normalize';
import type { PublicationRow, ReadingStatus } from '../../platform';

/** In the order shown to readers. */
export const READING_STATUSES = ['to-read', 'reading', 'finished'] as const satisfies ReadingStatus[];

export interface TagCount {
  tag: string;
  count: number;
}

export function countByStatus(rows: readonly PublicationRow[]): Record<ReadingStatus, number> {
  const counts = { 'to-read': 0, reading: 0, finished: 0 };
  for (const { status } of rows) if (status !== null) counts[status]++;
  return counts;
}

/** The tags that most books have first, then by name. */
export function countByTag(rows: readonly PublicationRow[]): TagCount[] {
  const counts = new Map<string, number>();
  for (const { tags } of rows) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const keyed = [...counts].map(([tag, count]) => ({ tag, count, key: normalize(tag) }));
  const collator = new Intl.Collator();
  keyed.sort((a, b) => b.count - a.count || collator.compare(a.key, b.key));
  return keyed.map(({ tag, count }) => ({ tag, count }));
}
