/** foliate-js's paginator with an open shadow root, so that assistive technology, tests and a frame title can reach the page. */
import { Paginator } from 'foliate-js/paginator.js';

export class OpenPaginator extends Paginator {
  override attachShadow(init: ShadowRootInit): ShadowRoot {
    return super.attachShadow({ ...init, mode: 'open' });
  }

  /** What scrolls when pages are scrolled. */
  get container(): Element | null {
    return this.shadowRoot?.querySelector('#container') ?? null;
  }

  /** The frame that shows the current section. */
  get frame(): HTMLIFrameElement | null {
    return this.shadowRoot?.querySelector('iframe') ?? null;
  }
}

customElements.define('alexandria-paginator', OpenPaginator);
