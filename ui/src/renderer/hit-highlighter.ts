/** The hits highlighted in a book, and where the current one is on its page. */
import type { SearchHit } from '../platform';
import { highlightRanges, rangesOf } from './highlights';
import type { LoadedPage } from './loaded-page';
import type { PageText } from './page-text';
import type { Sections } from './sections';

export class HitHighlighter {
  readonly #sections: Sections;
  #hits: SearchHit[] = [];
  #current = -1;

  constructor(sections: Sections) {
    this.#sections = sections;
  }

  /** Sets the hits, and the index of the current one; -1 for none. */
  setHits(hits: SearchHit[], current: number): void {
    this.#hits = hits;
    this.#current = current;
  }

  /** Highlights the hits on a page. Returns the words of the current hit; `null` if there are none on the page. */
  apply(page: LoadedPage): string | null {
    const others: Range[] = [];
    const current: Range[] = [];
    for (const [index, hit] of this.#hits.entries()) {
      if (this.#sections.indexOf(hit.locator.href) !== page.index) continue;
      (index === this.#current ? current : others).push(...rangesOf(hit, page.text));
    }
    highlightRanges(page.document, others, current);
    return current.length === 0 ? null : current.map(String).join(' … ');
  }
}

/** Where to go for a hit: its matched words, else the passage, else its progression in the section. */
export function anchorOf(hit: SearchHit, text: PageText): Range | number {
  const { progression } = hit.locator.locations;
  return rangesOf(hit, text)[0] ?? text.find(hit.locator.text, progression) ?? progression;
}
