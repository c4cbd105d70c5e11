/** Requests that many changes can ask for at once. */

/**
 * Runs `load` whenever it is called. Concurrent calls share one run, followed by one more if there was a call meanwhile,
 * so that the result is never older than the latest call.
 */
export function coalesced(load: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isStale = false;
  const loadUntilFresh = async () => {
    while (isStale) {
      isStale = false;
      await load();
    }
  };
  return () => {
    isStale = true;
    running ??= loadUntilFresh().finally(() => (running = null));
    return running;
  };
}
