/** Turns what the paginator reports into a position in the book. */
import type { RelocateDetail } from 'foliate-js/paginator.js';
import type { Locator, OpenPublication } from '../platform';
import { isBefore } from './fragments';
import type { LoadedPage } from './loaded-page';
import { createLocator, totalProgression } from './progress';
import { tocIndexAt, type TocEntry } from './toc';

/** Significant characters quoted at a position, and on either side of it. */
const QUOTE_CHARS = 48;
const CONTEXT_CHARS = 32;

export interface ReadingPosition {
  locator: Locator;
  /** Progression in the whole book, 0 to 1; exactly 1 on the last page. */
  progression: number;
  /** Index in the table of contents; -1 for none. */
  tocIndex: number;
  /** Full pages after this one in the section; `null` in scrolled flow. */
  pagesLeft: number | null;
  /** Whether the reader got here by turning or scrolling, and not by a jump. */
  fromReading: boolean;
}

/**
 * Whether a report is about the blank page before or after a section, which page turns pass through. Only paged flow
 * has a page `size`.
 */
export function isBlankPage({ fraction = 0, size }: RelocateDetail): boolean {
  return size !== undefined && (fraction < 0 || fraction >= 1);
}

export function positionOf(
  { index, range, fraction = 0, size }: RelocateDetail,
  { sections }: OpenPublication,
  toc: TocEntry[],
  { document, text, size: fixedSize }: LoadedPage,
): Omit<ReadingPosition, 'fromReading'> | null {
  const at = text.indexOf(range.startContainer, range.startOffset);
  const progression = text.text.length === 0 ? fraction : at / text.text.length;
  const tocIndex = tocIndexAt(toc, index, (fragment) => isBefore(document, fragment, range));
  const title = toc[tocIndex]?.label ?? sections[index]?.title ?? null;
  const quote = text.quote(at, QUOTE_CHARS, CONTEXT_CHARS);
  const locator = createLocator(sections, index, progression, title, quote);
  if (!locator) return null;
  const pagesLeft = size ? Math.max(0, Math.round((1 - fraction) / size) - 1) : null;
  return {
    locator,
    progression: totalProgression(sections, index, progression),
    tocIndex,
    pagesLeft: fixedSize ? 0 : pagesLeft,
  };
}
