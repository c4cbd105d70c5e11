/** Applies the reader's style to pages. A fixed-layout page keeps its own style and is scaled to fit. */
import { FIXED_LAYOUT_ATTRIBUTES, fitPage, fixedLayoutStyles } from './fixed-layout';
import type { LoadedPage } from './loaded-page';
import type { OpenPaginator } from './paginator';
import { layoutAttributes, pageStyles, type PageLayout, type PageStyle } from './styles';

export class PageStyler {
  readonly #paginator: OpenPaginator;
  readonly #page: () => LoadedPage | null;
  readonly #resized = new ResizeObserver(() => this.#fit());
  #style: [PageStyle, PageLayout] | null = null;

  /** `page` returns the page on screen. */
  constructor(paginator: OpenPaginator, page: () => LoadedPage | null) {
    this.#paginator = paginator;
    this.#page = page;
    this.#resized.observe(paginator);
  }

  setStyle(style: PageStyle, layout: PageLayout): void {
    this.#style = [style, layout];
    this.apply();
  }

  /** Must be called when another page is loaded. */
  apply(): void {
    if (!this.#style) return;
    const [style, layout] = this.#style;
    const isFixed = this.#page()?.size != null;
    this.#paginator.setAttributes(isFixed ? FIXED_LAYOUT_ATTRIBUTES : layoutAttributes(style, layout));
    this.#paginator.setStyles(isFixed ? fixedLayoutStyles(style.token) : pageStyles(style));
    if (isFixed) this.#fit();
  }

  disconnect(): void {
    this.#resized.disconnect();
  }

  /** In the next frame, when the paginator has finished its layout. */
  #fit(): void {
    requestAnimationFrame(() => {
      const page = this.#page();
      const { container } = this.#paginator;
      if (!page?.size || !container) return;
      const space = { width: container.clientWidth, height: container.clientHeight };
      fitPage(page.document, page.size, space);
    });
  }
}
