/** Replaces `@tauri-apps/api/event`: the fake core in the same page sends the events. */
type Handler = (event: { payload: unknown }) => void;

const handlers = new Map<string, Set<Handler>>();

export function listen(event: string, handler: Handler): Promise<() => void> {
  const all = handlers.get(event) ?? new Set();
  handlers.set(event, all.add(handler));
  return Promise.resolve(() => void all.delete(handler));
}

export function emit(event: string, payload: unknown): void {
  handlers.get(event)?.forEach((handler) => handler({ payload }));
}
