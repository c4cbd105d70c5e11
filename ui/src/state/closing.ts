/**
 * What is kept before the window closes. The core asks, waits a moment for the answer and closes the window, with an
 * answer or without. So nothing here may take long.
 */
import { call, listen } from '../platform';

const keepers = new Set<() => Promise<void>>();

/** Calls `keep` before the window closes; the returned function ends that. */
export function beforeClosing(keep: () => Promise<void>): () => void {
  keepers.add(keep);
  return () => void keepers.delete(keep);
}

/** Answers the core when it asks; the returned function ends that. */
export function answerClosing(): () => void {
  return listen('closing', () => void keepAll());
}

async function keepAll(): Promise<void> {
  await Promise.allSettled([...keepers].map((keep) => keep()));
  await call('close_window').catch(() => undefined); // the core closes without an answer as well
}
