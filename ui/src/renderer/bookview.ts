/**
 * An open book on screen: turns pages, jumps to positions, highlights hits, and reports where the reader is.
 *
 * Boundary: the only class of this folder that others use. Knows nothing of views, settings storage or the core's commands.
 */
import type { LoadDetail, RelocateDetail, Target } from 'foliate-js/paginator.js';
import type { Annotation, Locator, OpenPublication, SearchHit } from '../platform';
import { PageAnnotations } from './annotations';
import { suppressBackground } from './fixed-layout';
import { elementOf } from './fragments';
import { anchorOf, HitHighlighter } from './hit-highlighter';
import { resolveLink, type LinkTarget } from './links';
import { readPage, type LoadedPage } from './loaded-page';
import { MovementQueue } from './movement';
import { forwardPageEvents } from './page-events';
import { PageStyler } from './page-styler';
import { OpenPaginator } from './paginator';
import { sectionAt } from './progress';
import { isBlankPage, positionOf, type ReadingPosition } from './reading-position';
import { ScrollMonitor } from './scroll-monitor';
import { Sections } from './sections';
import { onSelectionChange, selectionOf } from './selection';
import type { PageLayout, PageStyle } from './styles';
import { flattenToc, type TocEntry } from './toc';

export interface BookViewEvents {
  moved(position: ReadingPosition): void;
  linkClicked(target: LinkTarget): void;
  /** The words highlighted as the current hit; `null` if there are none on the page. */
  highlighted(words: string | null): void;
  pageLoaded(document: Document): void;
  /** Text of the page was selected; `null` if none is selected any more. */
  selected(locator: Locator | null): void;
  /** A highlight of the reader was clicked. */
  annotationClicked(annotation: Annotation): void;
}

/** Texts that appear inside the frame. */
export interface BookViewTexts {
  frameTitle: string;
  sectionFailed: string;
}

export class BookView {
  readonly element = new OpenPaginator();
  readonly toc: TocEntry[];
  readonly #publication: OpenPublication;
  readonly #events: BookViewEvents;
  readonly #texts: BookViewTexts;
  readonly #sections: Sections;
  readonly #movements = new MovementQueue(() => this.#scrolling.cancel());
  readonly #scrolling: ScrollMonitor;
  readonly #highlighter: HitHighlighter;
  readonly #annotations: PageAnnotations;
  readonly #styler = new PageStyler(this.element, () => this.#page);
  #page: LoadedPage | null = null;

  constructor(publication: OpenPublication, events: BookViewEvents, texts: BookViewTexts) {
    this.#publication = publication;
    this.#events = events;
    this.#texts = texts;
    this.#sections = new Sections(publication);
    this.#highlighter = new HitHighlighter(this.#sections);
    this.#annotations = new PageAnnotations(this.#sections);
    this.toc = flattenToc(publication.toc, (href) => this.#sections.indexOf(href));
    const { element } = this;
    element.addEventListener('load', (event) => this.#loaded((event as CustomEvent<LoadDetail>).detail));
    element.addEventListener('relocate', (event) =>
      this.#relocated((event as CustomEvent<RelocateDetail>).detail),
    );
    this.#scrolling = new ScrollMonitor(element, (fraction) => {
      if (this.#page) void this.#jump({ index: this.#page.index, anchor: fraction });
    });
    element.open(this.#sections.toFoliateBook(texts.sectionFailed));
  }

  setStyle(style: PageStyle, layout: PageLayout): void {
    this.#styler.setStyle(style, layout);
  }

  /** Goes to a saved position, or to the beginning. */
  async start(position: Locator | null): Promise<void> {
    await (position ? this.goTo(position) : this.#jump({ index: this.#sections.first }));
  }

  /** Goes to the quoted words of a locator, or to its progression if they are not found. */
  async goTo({ href, text, locations }: Locator): Promise<void> {
    const index = this.#sections.indexOf(href);
    if (index < 0) return;
    await this.#jump({
      index,
      anchor: (document) =>
        this.#pageOf(index, document).text.find(text, locations.progression) ?? locations.progression,
    });
  }

  /** Goes to an element of a section, or to its start. Ignores unknown addresses. */
  async goToHref(href: string, fragment: string | null): Promise<void> {
    const index = this.#sections.indexOf(href);
    if (index < 0) return;
    await this.#jump({ index, anchor: (document) => elementOf(document, fragment) ?? 0 });
  }

  /** Goes to a progression in the whole book, 0 to 1. */
  async goToProgression(total: number): Promise<void> {
    const { index, progression } = sectionAt(this.#publication.sections, total);
    await this.#jump({ index, anchor: progression });
  }

  /** Turns the page forwards (1) or backwards (-1). Does nothing before the first page is loaded. */
  async turn(direction: 1 | -1): Promise<void> {
    if (!this.#page) return;
    const { element } = this;
    await this.#movements.turn(() => this.#move(() => (direction === 1 ? element.next() : element.prev())));
  }

  /** Goes to the start (0) or end (1) of the current section. */
  async goToEdge(edge: 0 | 1): Promise<void> {
    if (this.#page) await this.#jump({ index: this.#page.index, anchor: edge });
  }

  /** Scrolls by pixels; turns the page at the edge of the section. For scrolled flow. */
  async scroll(pixels: number): Promise<void> {
    const { container } = this.element;
    const before = container?.scrollTop;
    container?.scrollBy({ top: pixels });
    if (container?.scrollTop === before) await this.turn(pixels > 0 ? 1 : -1);
  }

  /** Highlights all hits and goes to the current one. An empty list removes all highlights. */
  async showHits(hits: SearchHit[], current: number): Promise<void> {
    const hit = hits[current];
    if (!hit) {
      this.highlightHits(hits, current);
      return;
    }
    this.#highlighter.setHits(hits, current);
    const index = this.#sections.indexOf(hit.locator.href);
    await this.#jump({
      index,
      anchor: (document) => anchorOf(hit, this.#pageOf(index, document).text),
    });
    this.#highlight();
  }

  /** Highlights all hits, the current one differently, without moving. */
  highlightHits(hits: SearchHit[], current: number): void {
    this.#highlighter.setHits(hits, current);
    this.#highlight();
  }

  /** Draws the reader's annotations, instead of those drawn before. */
  setAnnotations(annotations: Annotation[]): void {
    this.#annotations.set(annotations);
    if (this.#page) this.#annotations.apply(this.#page);
  }

  /** Removes the selection, once something was done with it. */
  clearSelection(): void {
    this.#page?.document.getSelection()?.removeAllRanges();
  }

  /** Whether the section cannot scroll any further in that direction. `false` in paged flow. */
  isAtScrollEdge(direction: 1 | -1): boolean {
    return this.element.isAtScrollEdge(direction);
  }

  focus(): void {
    this.element.focusView();
  }

  destroy(): void {
    this.#scrolling.cancel();
    this.#styler.disconnect();
    if (this.#page) this.element.destroy();
    this.element.remove();
  }

  #jump(target: Target): Promise<void> {
    return this.#movements.jump(() => this.#move(() => this.element.goTo(target)));
  }

  async #move(go: () => Promise<void>): Promise<void> {
    try {
      await go();
    } finally {
      this.element.restoreFocus();
    }
  }

  #loaded({ doc, index }: LoadDetail): void {
    doc.documentElement.lang ||= this.#publication.language;
    // Pages of pictures and of plain text have none.
    doc.title ||= this.#publication.sections[index]?.title ?? this.#publication.title;
    if (this.#pageOf(index, doc).size) suppressBackground(doc);
    this.#styler.apply();
    const { frame } = this.element;
    if (frame) {
      frame.title = this.#texts.frameTitle;
      frame.dataset.testid = 'reader-page';
    }
    forwardPageEvents(doc, this.element, (href) => this.#linkClicked(href, index));
    onSelectionChange(doc, () => {
      const page = this.#page;
      if (page?.document === doc) this.#events.selected(selectionOf(page, this.#publication));
    });
    doc.addEventListener('click', (event) => this.#clicked(doc, event));
    this.#events.selected(null);
    this.#events.pageLoaded(doc);
    if (this.#page) this.#annotations.apply(this.#page);
    this.#highlight();
  }

  #clicked(document: Document, { clientX, clientY, defaultPrevented }: MouseEvent): void {
    // A click that ends a selection is none on what is below it.
    if (defaultPrevented || document.getSelection()?.isCollapsed === false) return;
    const annotation = this.#annotations.at(clientX, clientY);
    if (annotation) this.#events.annotationClicked(annotation);
  }

  #linkClicked(href: string, index: number): void {
    const section = this.#publication.sections[index];
    if (!section) return;
    const exists = (path: string) => this.#sections.has(path);
    this.#events.linkClicked(resolveLink(href, section.href, this.#publication.base, exists));
  }

  #relocated(detail: RelocateDetail): void {
    const document = detail.range.startContainer.ownerDocument;
    if (!document || isBlankPage(detail)) return;
    const page = this.#pageOf(detail.index, document);
    const position = positionOf(detail, this.#publication, this.toc, page);
    if (!position) return;
    const byPaginator = ['page', 'scroll', 'snap'].includes(detail.reason ?? '');
    this.#events.moved({
      ...position,
      progression: this.#isAtEnd(detail.size === undefined) ? 1 : position.progression,
      fromReading: this.#scrolling.isForced || this.#movements.isTurning || byPaginator,
    });
    this.#scrolling.reported();
  }

  /** In scrolled flow the paginator reports the end one screen too early. */
  #isAtEnd(scrolled: boolean): boolean {
    return this.element.atEnd && (!scrolled || this.element.isAtScrollEdge(1));
  }

  /** The page of a document, read once for as long as it is shown. */
  #pageOf(index: number, document: Document): LoadedPage {
    if (this.#page?.document !== document) this.#page = readPage(index, document);
    return this.#page;
  }

  #highlight(): void {
    if (this.#page) this.#events.highlighted(this.#highlighter.apply(this.#page));
  }
}
