/** What the reader has selected on a page, as a quote. */
import type { Locator, OpenPublication } from '../platform';
import type { LoadedPage } from './loaded-page';
import { createLocator } from './progress';

/** Significant characters quoted on either side of a selection. */
const CONTEXT_CHARS = 32;

/** The selected text as a locator; `null` if nothing of the text is selected. */
export function selectionOf(page: LoadedPage, { sections }: OpenPublication): Locator | null {
  const selection = page.document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const start = page.text.indexOf(range.startContainer, range.startOffset);
  const end = page.text.indexOf(range.endContainer, range.endOffset);
  if (end <= start) return null;
  const quote = page.text.quote(start, end - start, CONTEXT_CHARS);
  const title = sections[page.index]?.title ?? null;
  return createLocator(sections, page.index, start / page.text.text.length, title, quote);
}

/** Calls back when the selection of a page has changed and the reader pauses. */
export function onSelectionChange(document: Document, callback: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('selectionchange', () => {
    clearTimeout(timer);
    timer = setTimeout(callback, SETTLE_MS);
  });
}

/** A selection that is dragged changes with every movement of the mouse. */
const SETTLE_MS = 150;
