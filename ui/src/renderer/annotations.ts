/** Draws the reader's highlights with the CSS Custom Highlight API, which leaves the page's DOM unchanged. */
import type { Annotation, Colour, HighlightStyle } from '../platform';
import type { LoadedPage } from './loaded-page';
import type { Sections } from './sections';

export const COLOURS = ['yellow', 'green', 'blue', 'pink', 'orange', 'purple'] as const satisfies Colour[];
const STYLES = ['solid', 'underline'] as const satisfies HighlightStyle[];

const nameOf = (colour: Colour, style: HighlightStyle) => `alx-note-${colour}-${style}`;

/** The style rules of highlights; `token` reads a design token. */
export function annotationStyles(token: (name: string) => string): string {
  const rules = COLOURS.map((colour) => {
    const shown = token(`--note-${colour}`);
    return `
    ::highlight(${nameOf(colour, 'solid')}) { background-color: ${shown}; color: ${token('--note-ink')}; }
    ::highlight(${nameOf(colour, 'underline')}) { text-decoration: underline 2px ${token(`--note-line-${colour}`)}; }`;
  });
  return rules.join('');
}

/** An annotation that is drawn, and where. */
interface Drawn {
  annotation: Annotation;
  range: Range;
}

/** The annotations of a book, and those of its present page. */
export class PageAnnotations {
  readonly #sections: Sections;
  #annotations: Annotation[] = [];
  #drawn: Drawn[] = [];

  constructor(sections: Sections) {
    this.#sections = sections;
  }

  set(annotations: Annotation[]): void {
    this.#annotations = annotations;
  }

  /** Draws the annotations of a page; whatever was drawn before is gone. */
  apply(page: LoadedPage): void {
    this.#drawn = this.#annotations.flatMap((annotation) => {
      const { href, text, locations } = annotation.locator;
      if (annotation.kind === 'bookmark' || this.#sections.indexOf(href) !== page.index) return [];
      const range = page.text.find(text, locations.progression);
      return range ? [{ annotation, range }] : [];
    });
    const view = page.document.defaultView;
    if (!view || !('highlights' in view.CSS)) return;
    for (const colour of COLOURS) {
      for (const style of STYLES) {
        const ranges = this.#drawn
          .filter(({ annotation }) => annotation.colour === colour && annotation.style === style)
          .map(({ range }) => range);
        view.CSS.highlights.set(nameOf(colour, style), new view.Highlight(...ranges));
      }
    }
  }

  /** The annotation at a point of the page, in pixels of its frame; of several, the shortest. */
  at(x: number, y: number): Annotation | null {
    const covers = ({ left, right, top, bottom }: DOMRect) =>
      left <= x && x <= right && top <= y && y <= bottom;
    const hit = this.#drawn
      .filter(({ range }) => [...range.getClientRects()].some(covers))
      .sort((one, other) => one.range.toString().length - other.range.toString().length);
    return hit[0]?.annotation ?? null;
  }
}
