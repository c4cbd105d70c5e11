/** The sections of a book, as the paginator loads them. */
import type { FoliateBook } from 'foliate-js/paginator.js';
import type { OpenPublication } from '../platform';
import { splitFragment } from './links';
import { loadPage } from './page';

export class Sections {
  readonly #publication: OpenPublication;
  readonly #indices: ReadonlyMap<string, number>;

  constructor(publication: OpenPublication) {
    this.#publication = publication;
    this.#indices = new Map(publication.sections.map(({ href }, index) => [href, index]));
  }

  /** Index of the section with that address, whose fragment is ignored; -1 if there is none. */
  indexOf(href: string): number {
    const [path] = splitFragment(href);
    return this.#indices.get(path) ?? -1;
  }

  has(path: string): boolean {
    return this.#indices.has(path);
  }

  /** Index of the first section of the reading order. */
  get first(): number {
    return Math.max(
      0,
      this.#publication.sections.findIndex(({ linear }) => linear),
    );
  }

  /** The book for the paginator. A section that fails to load shows `fallback`. */
  toFoliateBook(fallback: string): FoliateBook {
    const { rightToLeft, sections } = this.#publication;
    return {
      dir: rightToLeft ? 'rtl' : 'ltr',
      sections: sections.map(({ href, linear }) => this.#loader(href, linear, fallback)),
    };
  }

  #loader(href: string, linear: boolean, fallback: string): FoliateBook['sections'][number] {
    const address = `${this.#publication.base}/${href.split('/').map(encodeURIComponent).join('/')}`;
    let url: string | null = null;
    return {
      linear: linear ? 'yes' : 'no',
      load: async () => (url ??= await loadPage(address, fallback)),
      unload: () => {
        if (url) URL.revokeObjectURL(url);
        url = null;
      },
    };
  }
}
