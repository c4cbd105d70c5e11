/**
 * Loads sections over the `book:` protocol as pages for the paginator's frame.
 *
 * WebKit delivers no events from a frame whose sandbox lacks `allow-scripts` (WebKit bug 218086), so the frame has it,
 * and the policy at the start of every page blocks scripts instead. It is one of three defences: the core sanitises
 * pages, and a `blob:` page inherits the policy of the window. See docs/adr/0002-renderer.md.
 */
import { BOOK_CSP } from '../platform';

/**
 * Puts the policy at the very start of a page, before its doctype, so that the parser applies it first whatever the page
 * contains. Attributes of the page's own `<html>` still reach the root element.
 */
export function withPolicy(page: string): string {
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${BOOK_CSP}">${page}`;
}

/** Fetches a section and returns a `blob:` URL of its page, which the caller must revoke. */
export async function loadPage(address: string, fallback: string): Promise<string> {
  const page = withPolicy(await fetchPage(address, fallback));
  return URL.createObjectURL(new Blob([page], { type: 'text/html;charset=utf-8' }));
}

/** On failure returns a page with the fallback text, so that the reader can still turn pages. */
async function fetchPage(address: string, fallback: string): Promise<string> {
  try {
    const response = await fetch(address);
    if (response.ok) return await response.text();
  } catch {
    // Handled below, like an error status.
  }
  const message = document.createElement('p');
  message.textContent = fallback;
  return `<body data-alx-failed>${message.outerHTML}</body>`;
}
