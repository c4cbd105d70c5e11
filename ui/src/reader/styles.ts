/** Styles laid under and over a page: the reader's type and colours. */
import type { Settings } from '../platform';

/** How a page is to look. */
export interface PageLook {
  settings: Pick<Settings, 'fontFamily' | 'fontSize' | 'lineHeight'>;
  /** The theme in force. */
  theme: 'light' | 'dark' | 'sepia';
  /** Reads a design token, such as `--paper`. */
  token: (name: string) => string;
}

/** How pages flow. */
export interface PageLayout {
  flow: 'paged' | 'scrolled';
  /** Most characters in a line. */
  maxWidth: number;
}

/** The paginator's attributes for pages that flow. */
export function flowing({ settings }: PageLook, { flow, maxWidth }: PageLayout): Record<string, string> {
  return {
    flow: flow === 'paged' ? 'paginated' : 'scrolled',
    'max-inline-size': `${Math.round(maxWidth * settings.fontSize * 0.5)}px`,
    'max-block-size': '1440px',
    'max-column-count': '2',
    gap: '6%',
    margin: '36px',
  };
}

/** The two style sheets of a page: one before the book's own styles, one after them. */
export function pageStyles(look: PageLook): [string, string] {
  return [beneath(look), above(look)];
}

function beneath({ token }: PageLook): string {
  return `
    html { font-family: ${token('--serif')}; }
    body { hyphens: auto; text-rendering: optimizeLegibility; font-kerning: normal; }
    p, li, dd, blockquote { orphans: 2; widows: 2; }
    h1, h2, h3, h4 { hyphens: manual; text-wrap: balance; break-after: avoid; }
    img, svg { max-width: 100%; }
    a { color: ${token('--accent')}; }
    [data-alx-failed] { display: grid; place-content: center; min-height: 60vh; font-style: italic; }`;
}

function above({ settings, theme, token }: PageLook): string {
  const colours = theme === 'light' ? '' : recolour(token);
  return `
    html { color-scheme: ${theme === 'dark' ? 'dark' : 'light'}; --theme-bg-color: ${token('--paper')};
      font-size: ${settings.fontSize}px !important; background: ${token('--paper')} !important; color: ${token('--ink')}; }
    body, p, li, dd, blockquote { line-height: ${settings.lineHeight} !important; }
    body { color: inherit; }
    ${typeface(settings.fontFamily, token)}${colours}
    ::highlight(alx-hit) { background-color: ${token('--mark')}; color: ${token('--mark-ink')}; }
    ::highlight(alx-hit-now) { background-color: ${token('--mark-now')}; color: ${token('--mark-ink')}; }
    a:focus-visible { outline: 2px solid ${token('--accent')}; outline-offset: 2px; }`;
}

/** Dark and sepia pages take all colours from the theme; a book made for white paper is unreadable otherwise. */
function recolour(token: PageLook['token']): string {
  return `
    body, body *:not(a, a *, svg *) { color: ${token('--ink')} !important; background-color: transparent !important; border-color: ${token('--rule')} !important; }
    a, a * { color: ${token('--accent')} !important; background-color: transparent !important; }`;
}

function typeface(family: Settings['fontFamily'], token: PageLook['token']): string {
  if (family === 'publisher') return '';
  const stack = { serif: '--serif', sans: '--sans', mono: '--mono' }[family];
  return `body, body *:not(pre, code, kbd, samp, tt, pre *, code *) { font-family: ${token(stack)} !important; }`;
}
