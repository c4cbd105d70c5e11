/** The page that the paginator currently shows. */
import { fixedSizeOf, type Size } from './fixed-layout';
import { PageText } from './page-text';

export interface LoadedPage {
  /** Index of its section. */
  index: number;
  document: Document;
  text: PageText;
  /** Its size in a fixed layout; `null` if its text reflows. */
  size: Size | null;
}

export function readPage(index: number, document: Document): LoadedPage {
  return { index, document, text: new PageText(document), size: fixedSizeOf(document) };
}
