/**
 * Saves pending changes before the window closes. The core announces the close, waits briefly for the answer and then
 * closes the window either way, so save callbacks must be quick.
 */
import { call, listen } from '../platform';

const callbacks = new Set<() => Promise<void>>();

/** Runs `save` before the window closes. Returns a function that unregisters it. */
export function onBeforeClose(save: () => Promise<void>): () => void {
  callbacks.add(save);
  return () => void callbacks.delete(save);
}

/** Starts answering close requests. Returns a function that stops it. */
export function handleCloseRequests(): () => void {
  return listen('close-requested', () => void saveAll());
}

async function saveAll(): Promise<void> {
  await Promise.allSettled([...callbacks].map((save) => save()));
  await call('confirm_close').catch(() => undefined); // after a timeout the core closes without an answer
}
