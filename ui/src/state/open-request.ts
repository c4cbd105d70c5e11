/** Addresses of books that were opened outside of the window. */
import { call, listen } from '../platform';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

/** Shows a book, or an annotation in it, when its address is opened. Returns a function that stops it. */
export function handleOpenRequests(): () => void {
  return listen('open-requested', ({ id, annotation }) => {
    // Anybody may have written the address: the book is asked for before the view changes.
    call('get_publication', { id })
      .then(({ row }) => session.openBook(row.id, null, annotation))
      .catch((error: unknown) => toasts.showError(error));
  });
}
