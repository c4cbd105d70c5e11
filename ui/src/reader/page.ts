/**
 * Fetches sections over the `book:` protocol and makes them pages the renderer may show.
 *
 * WebKit delivers no events from a frame whose sandbox lacks `allow-scripts` (WebKit bug 218086), so the renderer's frame
 * has it, and script is kept out by the policy in front of every page: nothing may run, nothing may be fetched but the
 * book's own images, styles and fonts. The core's sanitiser and the window's own policy, which a `blob:` page inherits,
 * stand behind it. See docs/adr/0002-renderer.md.
 */

/** The policy of every page. `default-src 'none'` includes scripts of all kinds, frames, forms' targets and connections. */
export const PAGE_POLICY = [
  "default-src 'none'",
  'img-src book: http://book.localhost data:',
  "style-src book: http://book.localhost 'unsafe-inline'",
  'font-src book: http://book.localhost',
  'media-src book: http://book.localhost',
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * Puts the policy in front of a page. Nothing of the page stands before it, not even a doctype, so that the parser meets
 * it first whatever the page holds; the page's own `<html>` attributes still reach the root element.
 */
export function guarded(page: string): string {
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">${page}`;
}

/** Fetches a section and returns the address of its guarded page; the caller revokes it. */
export async function loadPage(address: string, fallback: string): Promise<string> {
  return pageAddress(guarded(await fetchPage(address, fallback)));
}

/** A page that cannot be fetched is shown as a page that says so: turning pages goes on. */
async function fetchPage(address: string, fallback: string): Promise<string> {
  try {
    const response = await fetch(address);
    if (response.ok) return await response.text();
  } catch {
    // falls through to the page that says so
  }
  const apology = document.createElement('p');
  apology.textContent = fallback;
  return `<body data-alx-failed>${apology.outerHTML}</body>`;
}

function pageAddress(html: string): string {
  return URL.createObjectURL(new Blob([html], { type: 'text/html;charset=utf-8' }));
}
