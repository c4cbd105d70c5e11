/** The table of contents as a flat list in reading order, and which entry a place belongs to. */
import type { TocItem } from '../platform';
import { splitFragment } from './links';

/** An entry of the contents with its depth, from 0. */
export interface ContentsEntry {
  label: string;
  depth: number;
  href: string | null;
  /** Section the entry points into; -1 for a mere heading or a broken target. */
  section: number;
  fragment: string | null;
}

/** Flattens nested contents; `sectionOf` finds a section's number by its address. */
export function flatten(toc: TocItem[], sectionOf: (href: string) => number, depth = 0): ContentsEntry[] {
  return toc.flatMap(({ label, href, children }) => {
    const [path, fragment] = href === null ? [null, null] : splitFragment(href);
    const entry = { label, depth, href, section: path === null ? -1 : sectionOf(path), fragment };
    return [entry, ...flatten(children, sectionOf, depth + 1)];
  });
}

/**
 * Number of the entry that a place belongs to: the last one at or before it; -1 if there is none.
 * `isBefore` tells whether a fragment of the place's own section stands at or before the place.
 */
export function entryAt(
  entries: ContentsEntry[],
  section: number,
  isBefore: (fragment: string) => boolean,
): number {
  let found = -1;
  for (const [number, entry] of entries.entries()) {
    if (entry.section < 0 || entry.section > section) continue;
    if (entry.section < section || entry.fragment === null || isBefore(entry.fragment)) found = number;
  }
  return found;
}
