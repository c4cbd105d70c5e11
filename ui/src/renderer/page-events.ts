/** Forwards events of a page's document, which the window does not see, to the paginator element. */
import type { OpenPaginator } from './paginator';

/** `onLink` receives the `href` of a clicked link, which is not followed. */
export function forwardPageEvents(
  document: Document,
  paginator: OpenPaginator,
  onLink: (href: string) => void,
): void {
  document.addEventListener('keydown', (event) => {
    const handled = !paginator.dispatchEvent(new KeyboardEvent(event.type, event));
    if (handled) event.preventDefault();
  });
  document.addEventListener('wheel', (event) => paginator.dispatchEvent(new WheelEvent(event.type, event)), {
    passive: true,
  });
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest('a[href]');
    if (!link) return;
    event.preventDefault();
    onLink(link.getAttribute('href') ?? '');
  });
}
