/** Types of the part of foliate-js 1.0.1 (MIT) in use; the package has none. */
declare module 'foliate-js/paginator.js' {
  export interface FoliateSection {
    load(): Promise<string>;
    unload(): void;
    linear: 'yes' | 'no';
  }

  export interface FoliateBook {
    dir: 'ltr' | 'rtl';
    sections: FoliateSection[];
  }

  /** A position in a loaded page: a range, an element, or a progression from 0 to 1. */
  export type Anchor = Range | Element | number;

  export interface Target {
    index: number;
    anchor?: Anchor | ((document: Document) => Anchor);
    select?: boolean;
  }

  export interface RelocateDetail {
    reason: string | null;
    range: Range;
    index: number;
    /** Progression in the section, 0 to 1. */
    fraction?: number;
    /** Length of one page as a fraction of the section; only in paged flow. */
    size?: number;
  }

  export interface LoadDetail {
    doc: Document;
    index: number;
  }

  export class Paginator extends HTMLElement {
    open(book: FoliateBook): void;
    goTo(target: Target | Promise<Target>): Promise<void>;
    next(distance?: number): Promise<void>;
    prev(distance?: number): Promise<void>;
    setStyles(styles: string | [string, string]): void;
    getContents(): { index: number; doc: Document }[];
    focusView(): void;
    render(): void;
    destroy(): void;
    readonly atStart: boolean;
    readonly atEnd: boolean;
  }
}
