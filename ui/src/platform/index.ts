/**
 * The interface to the core: typed commands and events, and addresses of covers.
 *
 * Boundary: the only folder that imports `@tauri-apps/*`. Has no state and no components.
 */
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen as listenToTauri } from '@tauri-apps/api/event';
import type { CommandError, Commands, Events } from './generated/contract';

export type * from './generated/contract';
export { BOOK_CSP } from './generated/contract';

type Arguments<N extends keyof Commands> = Commands[N]['args'] extends null ? [] : [Commands[N]['args']];

/** Runs a command of the core. Every rejection is a {@link CommandFailure}. */
export async function call<N extends keyof Commands>(
  command: N,
  ...[args]: Arguments<N>
): Promise<Commands[N]['result']> {
  try {
    return await invoke<Commands[N]['result']>(command, { ...args });
  } catch (error) {
    throw new CommandFailure(asCommandError(error));
  }
}

/** Unsubscribes when called. No event is missed once it is `ready`. */
export type Subscription = (() => void) & { readonly ready: Promise<unknown> };

/** Subscribes to an event. */
export function listen<N extends keyof Events>(
  event: N,
  handler: (payload: Events[N]) => void,
): Subscription {
  const ready = listenToTauri<Events[N]>(event, ({ payload }) => handler(payload));
  return Object.assign(() => void ready.then((unlisten) => unlisten()), { ready });
}

/** A failed command, with an error code to branch on. */
export class CommandFailure extends Error {
  readonly code: CommandError['code'];

  constructor({ code, message }: CommandError) {
    super(message);
    this.name = 'CommandFailure';
    this.code = code;
  }
}

/** Converts a caught value; an unexpected one gets the code `internal`. */
export function failureOf(error: unknown): CommandFailure {
  return error instanceof CommandFailure ? error : new CommandFailure(asCommandError(error));
}

function asCommandError(error: unknown): CommandError {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    return error as CommandError;
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** Address of a publication's thumbnail on the `book:` protocol. */
export function thumbnailUrl(id: string): string {
  return `${convertFileSrc('', 'book')}${id}/@thumbnail`;
}
