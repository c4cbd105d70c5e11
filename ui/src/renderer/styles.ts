/** Style sheets of reflowable pages, from the reader's settings. */
import type { Settings } from '../platform';
import { annotationStyles } from './annotations';
import { highlightStyles } from './highlights';

/** Fonts and colours. */
export interface PageStyle {
  settings: Pick<Settings, 'fontFamily' | 'fontSize' | 'lineHeight'>;
  /** The effective theme. */
  theme: 'light' | 'dark' | 'sepia';
  /** Reads a design token, such as `--paper`. */
  token: (name: string) => string;
}

export interface PageLayout {
  flow: 'paged' | 'scrolled';
  /** Line length in characters. */
  maxWidth: number;
}

/** The paginator's attributes for reflowable pages. */
export function layoutAttributes(
  { settings }: PageStyle,
  { flow, maxWidth }: PageLayout,
): Record<string, string> {
  return {
    flow: flow === 'paged' ? 'paginated' : 'scrolled',
    'max-inline-size': `${Math.round(maxWidth * settings.fontSize * 0.5)}px`,
    'max-block-size': '1440px',
    'max-column-count': '2',
    gap: '6%',
    margin: '36px',
  };
}

/** Two style sheets: defaults before the book's own styles, and overrides after them. */
export function pageStyles(style: PageStyle): [string, string] {
  return [defaults(style), overrides(style)];
}

function defaults({ token }: PageStyle): string {
  return `
    html { font-family: ${token('--serif')}; }
    body { hyphens: auto; text-rendering: optimizeLegibility; font-kerning: normal; }
    p, li, dd, blockquote { orphans: 2; widows: 2; }
    h1, h2, h3, h4 { hyphens: manual; text-wrap: balance; break-after: avoid; }
    img, svg { max-width: 100%; }
    a { color: ${token('--accent')}; }
    [data-alx-failed] { display: grid; place-content: center; min-height: 60vh; font-style: italic; }`;
}

function overrides({ settings, theme, token }: PageStyle): string {
  const colours = theme === 'light' ? '' : themeColours(token);
  return `
    html { color-scheme: ${theme === 'dark' ? 'dark' : 'light'}; --theme-bg-color: ${token('--paper')};
      font-size: ${settings.fontSize}px !important; background: ${token('--paper')} !important; color: ${token('--ink')}; }
    body, p, li, dd, blockquote { line-height: ${settings.lineHeight} !important; }
    body { color: inherit; }
    ${fontStyles(settings.fontFamily, token)}${colours}${annotationStyles(token)}${highlightStyles(token)}
    a:focus-visible { outline: 2px solid ${token('--accent')}; outline-offset: 2px; }`;
}

/** In dark and sepia the theme overrides all colours: many books assume white paper. */
function themeColours(token: PageStyle['token']): string {
  return `
    body, body *:not(a, a *, svg *) { color: ${token('--ink')} !important; background-color: transparent !important; border-color: ${token('--rule')} !important; }
    a, a * { color: ${token('--accent')} !important; background-color: transparent !important; }`;
}

function fontStyles(family: Settings['fontFamily'], token: PageStyle['token']): string {
  if (family === 'publisher') return '';
  const stack = { serif: '--serif', sans: '--sans', mono: '--mono' }[family];
  return `body, body *:not(pre, code, kbd, samp, tt, pre *, code *) { font-family: ${token(stack)} !important; }`;
}
