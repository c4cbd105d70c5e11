/**
 * Fixed-layout pages (EPUB): each has its own size and is scaled to fit, one at a time, with its own colours and fonts.
 * The core passes a page's size on only if the book declares a fixed layout.
 */
import { highlightStyles } from './highlights';

/** Width and height in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The paginator's attributes for a fixed page, which may use all the space. */
export const FIXED_LAYOUT_ATTRIBUTES: Record<string, string> = {
  flow: 'paginated',
  'max-inline-size': '100000px',
  'max-block-size': '100000px',
  'max-column-count': '1',
  gap: '0%',
  margin: '12px',
};

/** The style sheets of a fixed page: it keeps its own colours and fonts. */
export function fixedLayoutStyles(token: (name: string) => string): [string, string] {
  return [
    'html { background: transparent; } body { background: #fff; color: #000; }',
    highlightStyles(token),
  ];
}

/** The declared size of a page; `null` if its text reflows. */
export function fixedSizeOf(document: Document): Size | null {
  const content = document.querySelector('meta[name="viewport"]')?.getAttribute('content') ?? '';
  const side = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)(?![\\w-])`, 'u').exec(content)?.[1]);
  const size = { width: side('width'), height: side('height') };
  return size.width > 0 && size.height > 0 ? size : null;
}

/** The scale at which a page fits, and its centred offset in the page's own pixels. */
export function fitWithin(page: Size, space: Size): { scale: number; left: number; top: number } {
  const scale = Math.min(space.width / page.width, space.height / page.height);
  return {
    scale,
    left: Math.max(0, (space.width / scale - page.width) / 2),
    top: Math.max(0, (space.height / scale - page.height) / 2),
  };
}

/** Stops the paginator from copying the page's background to the space around it. Call this when the page loads. */
export function suppressBackground(document: Document): void {
  document.body.style.setProperty('background', 'none');
}

/** Scales a fixed page to the available space. */
export function fitPage(document: Document, page: Size, space: Size): void {
  // Slightly smaller than the space: a page that is rounded up would be split in two.
  const { scale, left, top } = fitWithin(page, { width: space.width - 2, height: space.height - 2 });
  const { documentElement, body } = document;
  // The scaled page fits its column, but columns are computed from its size before scaling.
  documentElement.style.setProperty('column-width', 'auto', 'important');
  const styles: Record<string, string> = {
    position: 'relative',
    width: `${page.width}px`,
    height: `${page.height}px`,
    overflow: 'hidden',
    transform: `scale(${scale}) translate(${left}px, ${top}px)`,
    'transform-origin': '0 0',
  };
  body.style.removeProperty('background');
  for (const [name, value] of Object.entries(styles)) body.style.setProperty(name, value, 'important');
  // The paginator limits images to its columns; here the book decides where they go.
  for (const image of body.querySelectorAll<HTMLElement | SVGElement>('img, svg, video')) {
    ['max-width', 'max-height', 'object-fit'].forEach((name) => image.style.removeProperty(name));
  }
}
