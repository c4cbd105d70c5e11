/**
 * Pages laid out to the pixel (EPUB's fixed layout): each has a size of its own and is scaled to fit, one at a time, in
 * the colours and the type it was made with. The core passes a page's size on only where the book says it is fixed.
 */

/** Width and height in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The paginator's attributes for a fixed page: it has all the space there is. */
export const WHOLE: Record<string, string> = {
  flow: 'paginated',
  'max-inline-size': '100000px',
  'max-block-size': '100000px',
  'max-column-count': '1',
  gap: '0%',
  margin: '12px',
};

/** The style sheet of a fixed page: its own colours and type stay, but for what marks hits. */
export function fixedStyles(token: (name: string) => string): [string, string] {
  return [
    'html { background: transparent; } body { background: #fff; color: #000; }',
    `::highlight(alx-hit) { background-color: ${token('--mark')}; color: ${token('--mark-ink')}; }
     ::highlight(alx-hit-now) { background-color: ${token('--mark-now')}; color: ${token('--mark-ink')}; }`,
  ];
}

/** The size a page has of its own; `null` if it flows. */
export function sizeOf(document: Document): Size | null {
  const content = document.querySelector('meta[name="viewport"]')?.getAttribute('content') ?? '';
  const side = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)(?![\\w-])`, 'u').exec(content)?.[1]);
  const size = { width: side('width'), height: side('height') };
  return size.width > 0 && size.height > 0 ? size : null;
}

/** How much a page is scaled to fit a space, and where its corner then is, in its own pixels. */
export function fitted(page: Size, space: Size): { scale: number; left: number; top: number } {
  const scale = Math.min(space.width / page.width, space.height / page.height);
  return {
    scale,
    left: Math.max(0, (space.width / scale - page.width) / 2),
    top: Math.max(0, (space.height / scale - page.height) / 2),
  };
}

/** Keeps the paginator from spreading the page's background over all the space around it. To be called as it loads. */
export function keepBackground(document: Document): void {
  document.body.style.setProperty('background', 'none');
}

/** Lays a fixed page out in the space it is shown in. */
export function layOut(document: Document, page: Size, space: Size): void {
  // A hair less than fits: a page that is rounded up would be two.
  const { scale, left, top } = fitted(page, { width: space.width - 2, height: space.height - 2 });
  const { documentElement, body } = document;
  // Scaled, it fits the column; but columns cut by what it measures before that.
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
  // The paginator keeps pictures within its columns; here they are where the book puts them.
  for (const picture of body.querySelectorAll<HTMLElement | SVGElement>('img, svg, video')) {
    ['max-width', 'max-height', 'object-fit'].forEach((name) => picture.style.removeProperty(name));
  }
}
