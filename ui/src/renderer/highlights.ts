/** Highlights search hits with the CSS Custom Highlight API, which leaves the page's DOM unchanged. */
import type { Quote, SearchHit } from '../platform';
import type { PageText } from './page-text';

const HIT = 'alx-hit';
const CURRENT_HIT = 'alx-hit-current';

/** The style rules of highlights; `token` reads a design token. */
export function highlightStyles(token: (name: string) => string): string {
  return `
    ::highlight(${HIT}) { background-color: ${token('--mark')}; color: ${token('--mark-ink')}; }
    ::highlight(${CURRENT_HIT}) { background-color: ${token('--mark-current')}; color: ${token('--mark-ink')}; }`;
}

/** Highlights the ranges of all hits and of the current one. Replaces earlier highlights. */
export function highlightRanges(document: Document, ranges: Range[], current: Range[]): void {
  const view = document.defaultView;
  if (!view || !('highlights' in view.CSS)) {
    selectRange(document, current[0]);
    return;
  }
  view.CSS.highlights.set(HIT, new view.Highlight(...ranges));
  view.CSS.highlights.set(CURRENT_HIT, new view.Highlight(...current));
}

/** The fallback for engines without the highlight API. */
function selectRange(document: Document, range: Range | undefined): void {
  const selection = document.getSelection();
  selection?.removeAllRanges();
  if (range) selection?.addRange(range);
}

/** The matched words of a hit as ranges of its page. */
export function rangesOf(hit: SearchHit, text: PageText): Range[] {
  const quotes: Quote[] = hit.highlights.length > 0 ? hit.highlights : [hit.locator.text];
  return quotes.flatMap((quote) => text.find(quote, hit.locator.locations.progression) ?? []);
}
