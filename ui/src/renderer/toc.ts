/** The table of contents as a flat list in reading order. */
import type { TocItem } from '../platform';
import { splitFragment } from './links';

export interface TocEntry {
  label: string;
  /** Nesting level, from 0. */
  depth: number;
  href: string | null;
  /** Index of the target section; -1 for a heading without a target, or a broken one. */
  section: number;
  fragment: string | null;
}

/** Flattens a nested table of contents. `sectionOf` returns the index of a section. */
export function flattenToc(toc: TocItem[], sectionOf: (href: string) => number, depth = 0): TocEntry[] {
  return toc.flatMap(({ label, href, children }) => {
    const [path, fragment] = href === null ? [null, null] : splitFragment(href);
    const entry = { label, depth, href, section: path === null ? -1 : sectionOf(path), fragment };
    return [entry, ...flattenToc(children, sectionOf, depth + 1)];
  });
}

/**
 * Index of the last entry at or before a position in `section`; -1 if there is none.
 * `isBefore` decides whether a fragment of that section is at or before the position.
 */
export function tocIndexAt(
  entries: TocEntry[],
  section: number,
  isBefore: (fragment: string) => boolean,
): number {
  let last = -1;
  for (const [index, entry] of entries.entries()) {
    if (entry.section < 0 || entry.section > section) continue;
    if (entry.section < section || entry.fragment === null || isBefore(entry.fragment)) last = index;
  }
  return last;
}
