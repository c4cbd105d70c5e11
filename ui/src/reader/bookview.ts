/**
 * An open book on screen: turns pages, goes to places, marks hits, and tells where the reader is.
 *
 * Boundary: the one user of the renderer. Knows nothing of views, settings storage or the core's commands.
 */
import type { LoadDetail, RelocateDetail, Target } from 'foliate-js/paginator.js';
import type { Locator, OpenPublication, SearchHit } from '../platform';
import { watchForReader } from '../state/idle';
import { entryAt, flatten, type ContentsEntry } from './contents';
import { fixedStyles, keepBackground, layOut, sizeOf, WHOLE, type Size } from './fixed';
import { elementOf, isBefore } from './fragments';
import { mark, rangesOf } from './highlights';
import { resolveLink, splitFragment, type LinkTarget } from './links';
import { loadPage } from './page';
import { PageText } from './pagetext';
import { OpenPaginator } from './paginator';
import { locatorAt, placeAt, totalProgression } from './progress';
import { flowing, pageStyles, type PageLayout, type PageLook } from './styles';

/** Significant characters quoted at a saved place, and around it. */
const QUOTED = { words: 48, context: 32 };

/** The paginator tells of scrolling after 250 ms of rest. */
const SETTLED_MS = 400;

/** Where the reader is. */
export interface Place {
  locator: Locator;
  /** Share of the book read, 0 to 1. */
  share: number;
  /** Number of the contents entry; -1 for none. */
  entry: number;
  /** Full pages after this one in the section; `null` when scrolled. */
  pagesLeft: number | null;
  /** Whether the reader moved here by reading on, rather than by being taken here. */
  byReading: boolean;
}

/** Callbacks of the view that shows the book. */
export interface BookViewEvents {
  moved(place: Place): void;
  link(target: LinkTarget): void;
  /** The words now marked as the current hit; `null` if they are not on the page. */
  marked(words: string | null): void;
}

/** Messages that appear inside the page frame. */
export interface BookViewTexts {
  frameTitle: string;
  sectionFailed: string;
}

export class BookView {
  readonly element = new OpenPaginator();
  readonly contents: ContentsEntry[];
  readonly #publication: OpenPublication;
  readonly #events: BookViewEvents;
  readonly #texts: BookViewTexts;
  readonly #numbers: ReadonlyMap<string, number>;
  #page: { index: number; document: Document; text: PageText; size: Size | null } | null = null;
  #look: [PageLook, PageLayout] | null = null;
  readonly #resized = new ResizeObserver(() => this.#fit());
  #hits: SearchHit[] = [];
  #current = -1;
  /** The movement that is under way with those that wait; how many of these are turns; the number of the last jump. */
  #moving: Promise<void> = Promise.resolve();
  #turns = 0;
  #jumps = 0;
  #isTurning = false;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #settled = false;
  /** Where the page stood, in pixels, when the paginator last told of it. */
  #toldAt = 0;

  constructor(publication: OpenPublication, events: BookViewEvents, texts: BookViewTexts) {
    this.#publication = publication;
    this.#events = events;
    this.#texts = texts;
    this.#numbers = new Map(publication.sections.map(({ href }, index) => [href, index]));
    this.contents = flatten(publication.toc, (href) => this.#sectionOf(href));
    this.element.addEventListener('load', (event) => this.#loaded((event as CustomEvent<LoadDetail>).detail));
    this.element.addEventListener('relocate', (event) =>
      this.#relocated((event as CustomEvent<RelocateDetail>).detail),
    );
    this.element.addEventListener('scroll', () => this.#scrolled());
    this.#resized.observe(this.element);
    this.element.open({
      dir: publication.rightToLeft ? 'rtl' : 'ltr',
      sections: publication.sections.map(({ href, linear }) => this.#section(href, linear)),
    });
  }

  /** Sets type and colours of all pages, and how they flow. */
  look(look: PageLook, layout: PageLayout): void {
    this.#look = [look, layout];
    this.#dress();
  }

  /** Goes to a saved place, or to the first section that is read in order. */
  async start(position: Locator | null): Promise<void> {
    const first = Math.max(
      0,
      this.#publication.sections.findIndex(({ linear }) => linear),
    );
    await (position ? this.goTo(position) : this.#jump({ index: first }));
  }

  /** Goes to a locator by its words; by its progression if the words are not there. */
  async goTo({ href, text, locations }: Locator): Promise<void> {
    const index = this.#sectionOf(href);
    if (index < 0) return;
    await this.#jump({
      index,
      anchor: (document) =>
        this.#textOf(index, document).find(text, locations.progression) ?? locations.progression,
    });
  }

  /** Goes to a section and, if given, an element in it. Unknown addresses are left alone. */
  async goToHref(href: string, fragment: string | null): Promise<void> {
    const index = this.#sectionOf(href);
    if (index < 0) return;
    await this.#jump({ index, anchor: (document) => elementOf(document, fragment) ?? 0 });
  }

  /** Goes to a share of the book. */
  async goToShare(share: number): Promise<void> {
    const { index, progression } = placeAt(this.#publication.sections, share);
    await this.#jump({ index, anchor: progression });
  }

  async turn(direction: 1 | -1): Promise<void> {
    // One more press is remembered while a page turns; a key held down is not, nor what is pressed before there is a page.
    if (this.#turns > 1 || !this.#page) return;
    this.#turns += 1;
    await this.#move(async () => {
      this.#isTurning = true;
      try {
        await (direction === 1 ? this.element.next() : this.element.prev());
      } finally {
        this.#isTurning = false;
        this.#turns -= 1;
      }
    });
  }

  /** Goes to the beginning (0) or the end (1) of the current section. */
  async goToEdge(edge: 0 | 1): Promise<void> {
    if (this.#page) await this.#jump({ index: this.#page.index, anchor: edge });
  }

  /** Scrolls by pixels when scrolled; at the section's end goes on to the next. */
  async scroll(pixels: number): Promise<void> {
    const { container } = this.element;
    const before = container?.scrollTop;
    container?.scrollBy({ top: pixels });
    if (container?.scrollTop === before) await this.turn(pixels > 0 ? 1 : -1);
  }

  /** Marks all hits and goes to the one with that number; an empty list takes the marks away. */
  async showHits(hits: SearchHit[], current: number): Promise<void> {
    const hit = hits[current];
    if (!hit) {
      this.markHits(hits, current);
      return;
    }
    this.#hits = hits;
    this.#current = current;
    const index = this.#sectionOf(hit.locator.href);
    await this.#jump({
      index,
      anchor: (document) => {
        const text = this.#textOf(index, document);
        const place =
          rangesOf(hit, text)[0] ?? text.find(hit.locator.text, hit.locator.locations.progression);
        return place ?? hit.locator.locations.progression;
      },
    });
    this.#mark();
  }

  /** Marks all hits, the one with that number as the current one, and goes nowhere. */
  markHits(hits: SearchHit[], current: number): void {
    this.#hits = hits;
    this.#current = current;
    this.#mark();
  }

  /** Whether a scrolled section goes no further that way. */
  isScrolledOut(direction: 1 | -1): boolean {
    const { container } = this.element;
    if (this.element.getAttribute('flow') !== 'scrolled' || !container) return false;
    const { scrollTop, clientHeight, scrollHeight } = container;
    return direction === 1 ? scrollTop + clientHeight >= scrollHeight - 2 : scrollTop <= 0;
  }

  focus(): void {
    this.element.focusView();
  }

  destroy(): void {
    clearTimeout(this.#settling);
    this.#resized.disconnect();
    if (this.#page) this.element.destroy();
    this.element.remove();
  }

  /** Goes where a jump leads, unless another one was asked for before it could begin. */
  #jump(target: Target): Promise<void> {
    this.#jumps += 1;
    const mine = this.#jumps;
    return this.#move(async () => {
      if (mine === this.#jumps) await this.element.goTo(target);
    });
  }

  /** One movement after the other: the paginator is deaf while it turns, and lost if it is sent on before it arrives. */
  #move(go: () => Promise<void>): Promise<void> {
    // Whoever moves on has done with scrolling here, and must not be taken back.
    clearTimeout(this.#settling);
    const moved = this.#moving.then(go);
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  /** Gives the page on screen its look. A fixed page has its own. */
  #dress(): void {
    if (!this.#look) return;
    const [look, layout] = this.#look;
    const size = this.#page?.size ?? null;
    for (const [name, value] of Object.entries(size ? WHOLE : flowing(look, layout))) {
      if (this.element.getAttribute(name) !== value) this.element.setAttribute(name, value);
    }
    this.element.setStyles(size ? fixedStyles(look.token) : pageStyles(look));
    if (size) this.#fit();
  }

  /** Scales a fixed page to the space there is, once the paginator has laid it out. */
  #fit(): void {
    requestAnimationFrame(() => {
      const { container } = this.element;
      if (!this.#page?.size || !container) return;
      const space = { width: container.clientWidth, height: container.clientHeight };
      layOut(this.#page.document, this.#page.size, space);
    });
  }

  #section(href: string, linear: boolean) {
    let address: string | null = null;
    const { base } = this.#publication;
    return {
      linear: linear ? ('yes' as const) : ('no' as const),
      load: async () => (address ??= await loadPage(addressOf(base, href), this.#texts.sectionFailed)),
      unload: () => {
        if (address) URL.revokeObjectURL(address);
        address = null;
      },
    };
  }

  #sectionOf(href: string): number {
    const [path] = splitFragment(href);
    return this.#numbers.get(path) ?? -1;
  }

  #loaded({ doc, index }: LoadDetail): void {
    doc.documentElement.lang ||= this.#publication.language;
    this.#textOf(index, doc);
    if (this.#page?.size) keepBackground(doc);
    this.#dress();
    const { frame } = this.element;
    if (frame) {
      frame.title = this.#texts.frameTitle;
      frame.dataset.testid = 'reader-page';
    }
    doc.addEventListener('keydown', (event) => this.#pressed(event));
    doc.addEventListener('wheel', (event) => this.element.dispatchEvent(new WheelEvent(event.type, event)), {
      passive: true,
    });
    doc.addEventListener('click', (event) => this.#clicked(event, index));
    watchForReader(doc);
    this.#mark();
  }

  /** Keys pressed in the frame are pressed in the window: its listeners are the only ones that know what they do. */
  #pressed(event: KeyboardEvent): void {
    const taken = !this.element.dispatchEvent(new KeyboardEvent(event.type, event));
    if (taken) event.preventDefault();
  }

  #clicked(event: MouseEvent, index: number): void {
    const link = (event.target as Element | null)?.closest('a[href]');
    const section = this.#publication.sections[index];
    if (!link || !section) return;
    event.preventDefault();
    const href = link.getAttribute('href') ?? '';
    const known = (path: string) => this.#numbers.has(path);
    this.#events.link(resolveLink(href, section.href, this.#publication.base, known));
  }

  #relocated({ index, range, reason, fraction = 0, size }: RelocateDetail): void {
    const document = range.startContainer.ownerDocument;
    // Before the first page and after the last of a section there is an empty one, which a turn passes through.
    const passing = size !== undefined && (fraction < 0 || fraction >= 1);
    if (!document || passing) return;
    const { sections } = this.#publication;
    const text = this.#textOf(index, document);
    const at = text.indexOf(range.startContainer, range.startOffset);
    const progression = text.text.length === 0 ? fraction : at / text.text.length;
    const entry = entryAt(this.contents, index, (fragment) => isBefore(document, fragment, range));
    const title = this.contents[entry]?.label ?? sections[index]?.title ?? null;
    const quote = text.quote(at, QUOTED.words, QUOTED.context);
    const locator = locatorAt(sections, index, progression, title, quote);
    if (!locator) return;
    this.#events.moved({
      locator,
      share: this.#isAtEnd(size === undefined) ? 1 : totalProgression(sections, index, progression),
      entry,
      pagesLeft: this.#page?.size ? 0 : size ? Math.max(0, Math.round((1 - fraction) / size) - 1) : null,
      byReading:
        this.#settled || this.#isTurning || reason === 'page' || reason === 'scroll' || reason === 'snap',
    });
    this.#settled = false;
    this.#toldAt = this.element.container?.scrollTop ?? 0;
    clearTimeout(this.#settling);
  }

  /**
   * The paginator is silent about the first scrolling after a jump. When it has said nothing a while after the last
   * movement, it is asked to go where it is, which makes it tell.
   */
  #scrolled(): void {
    const { container } = this.element;
    if (this.element.getAttribute('flow') !== 'scrolled' || !container) return;
    // A jump scrolls too, and has been told of.
    if (Math.abs(container.scrollTop - this.#toldAt) <= 1) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      if (!this.#page) return;
      this.#settled = true;
      void this.#jump({
        index: this.#page.index,
        anchor: container.scrollTop / container.scrollHeight,
      });
    }, SETTLED_MS);
  }

  /** Whether the last of the text is on screen. When scrolled, the paginator says so a screen too early. */
  #isAtEnd(scrolled: boolean): boolean {
    const { container, atEnd } = this.element;
    if (!scrolled || !container) return atEnd;
    return atEnd && container.scrollTop + container.clientHeight >= container.scrollHeight - 2;
  }

  /** The text of a page, read once for as long as the page is shown. */
  #textOf(index: number, document: Document): PageText {
    if (this.#page?.document !== document) {
      this.#page = { index, document, text: new PageText(document), size: sizeOf(document) };
    }
    return this.#page.text;
  }

  #mark(): void {
    const page = this.#page;
    if (!page) return;
    const all: Range[] = [];
    const now: Range[] = [];
    for (const [number, hit] of this.#hits.entries()) {
      if (this.#sectionOf(hit.locator.href) !== page.index) continue;
      (number === this.#current ? now : all).push(...rangesOf(hit, page.text));
    }
    mark(page.document, all, now);
    if (this.#hits.length > 0) this.#events.marked(now.length === 0 ? null : now.map(String).join(' … '));
  }
}

/** A section's address on the `book:` protocol. */
function addressOf(base: string, href: string): string {
  return `${base}/${href.split('/').map(encodeURIComponent).join('/')}`;
}
