/** Marks on a page, drawn with the CSS Custom Highlight API: the page's own nodes stay as they are. */
import type { Quote, SearchHit } from '../platform';
import type { PageText } from './pagetext';

/** Names of the marks, as `styles.ts` paints them. */
const HIT = 'alx-hit';
const HIT_NOW = 'alx-hit-now';

/** Marks ranges of a page, and those of the current hit in a stronger colour. Replaces earlier marks. */
export function mark(document: Document, ranges: Range[], now: Range[]): void {
  const view = document.defaultView;
  if (!view || !('highlights' in view.CSS)) {
    selectInstead(document, now[0]);
    return;
  }
  view.CSS.highlights.set(HIT, new view.Highlight(...ranges));
  view.CSS.highlights.set(HIT_NOW, new view.Highlight(...now));
}

/** Engines older than the highlight API show the current hit as a selection. */
function selectInstead(document: Document, range: Range | undefined): void {
  const selection = document.getSelection();
  selection?.removeAllRanges();
  if (range) selection?.addRange(range);
}

/** The words of a hit on the page it points to. */
export function rangesOf(hit: SearchHit, text: PageText): Range[] {
  const quotes: Quote[] = hit.highlights.length > 0 ? hit.highlights : [hit.locator.text];
  return quotes.flatMap((quote) => text.find(quote, hit.locator.locations.progression) ?? []);
}
