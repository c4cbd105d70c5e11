/** foliate-js's paginator with an open shadow root, which gives access to the page's frame. */
import { Paginator, type FoliateBook } from 'foliate-js/paginator.js';

/** Scroll positions are rounded, so an end may be missed by this much. */
const EDGE_TOLERANCE_PX = 2;

export class OpenPaginator extends Paginator {
  /** Whether the frame had the focus when it was replaced. */
  #frameHadFocus = false;

  /**
   * Opens a book. Whenever a section is about to replace the frame, the focus moves to this element: WebKit loses the
   * keys that are pressed while a focused frame is replaced.
   */
  override open(book: FoliateBook): void {
    const sections = book.sections.map((section) => ({
      ...section,
      load: () => {
        this.#leaveFrame();
        return section.load();
      },
    }));
    super.open({ ...book, sections });
  }

  /** Must be called after each movement. Moves the focus into a new frame, unless it has moved elsewhere meanwhile. */
  restoreFocus(): void {
    if (this.#frameHadFocus && document.activeElement === this && this.frame) this.focusView();
    this.#frameHadFocus = false;
  }

  #leaveFrame(): void {
    if (!this.frame?.contentDocument?.hasFocus()) return;
    this.#frameHadFocus = true;
    this.tabIndex = -1;
    this.style.outline = 'none';
    this.focus({ preventScroll: true });
  }

  override attachShadow(init: ShadowRootInit): ShadowRoot {
    return super.attachShadow({ ...init, mode: 'open' });
  }

  /** The scroll container. */
  get container(): Element | null {
    return this.shadowRoot?.querySelector('#container') ?? null;
  }

  /** The frame of the current section. */
  get frame(): HTMLIFrameElement | null {
    return this.shadowRoot?.querySelector('iframe') ?? null;
  }

  get isScrolled(): boolean {
    return this.getAttribute('flow') === 'scrolled';
  }

  /** Sets attributes, but only those that change: the paginator renders again at every write. */
  setAttributes(attributes: Record<string, string>): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (this.getAttribute(name) !== value) this.setAttribute(name, value);
    }
  }

  /** Whether scrolled content cannot scroll any further in that direction. */
  isAtScrollEdge(direction: 1 | -1): boolean {
    const { container } = this;
    if (!this.isScrolled || !container) return false;
    const { scrollTop, clientHeight, scrollHeight } = container;
    return direction === 1 ? scrollTop + clientHeight >= scrollHeight - EDGE_TOLERANCE_PX : scrollTop <= 0;
  }
}

customElements.define('alexandria-paginator', OpenPaginator);
