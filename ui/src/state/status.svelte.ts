/** How much of the library can be searched, and the progress of embedding. */
import { call, listen, type Status } from '../platform';
import { toasts } from './toasts.svelte';

class LibraryStatus {
  /** `null` until loaded, and after an error: the status line then stays empty. */
  current = $state.raw<Status | null>(null);

  /** Loads the status and keeps it up to date. Returns a function that stops it. */
  start(): () => void {
    const subscriptions = [
      listen('embedding-progress', (embedding) => {
        if (this.current) this.current = { ...this.current, embedding };
        // The other fields change only when embedding stops; while it runs, a request per event would be wasted.
        if (embedding.state !== 'running' && embedding.state !== 'slowed') void this.refresh();
      }),
      listen('library-changed', () => void this.refresh()),
    ];
    void this.refresh();
    return () => subscriptions.forEach((unsubscribe) => unsubscribe());
  }

  async refresh(): Promise<void> {
    try {
      this.current = await call('status');
    } catch {
      this.current = null;
    }
  }

  async setEmbeddingPaused(paused: boolean): Promise<void> {
    try {
      this.current = await call('set_embedding_paused', { paused });
    } catch (error) {
      toasts.showError(error);
    }
  }
}

export const status = new LibraryStatus();
