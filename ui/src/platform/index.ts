/**
 * The one way from the window to the core: typed commands, typed events, addresses of pictures.
 *
 * Boundary: the only folder that imports `@tauri-apps/*`. No state, no user interface.
 */
import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen as listenToTauri } from '@tauri-apps/api/event';
import type { CommandError, Commands, Events } from './generated/contract';

export type * from './generated/contract';

type Arguments<N extends keyof Commands> = Commands[N]['args'] extends null ? [] : [Commands[N]['args']];

/** Runs a command of the core. Rejects with a {@link CommandFailure}, whatever went wrong. */
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

/** A handler of events: the function ends it, and no event is missed once it is `ready`. */
export type Subscription = (() => void) & { readonly ready: Promise<unknown> };

/** Calls `handler` for every event of that name; the returned function ends it. */
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

/** The failure behind a caught value; anything unforeseen becomes `internal`. */
export function failureOf(error: unknown): CommandFailure {
  return error instanceof CommandFailure ? error : new CommandFailure(asCommandError(error));
}

function asCommandError(error: unknown): CommandError {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    return error as CommandError;
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** Address of a publication's small cover picture on the `book:` protocol. */
export function thumbnailOf(id: string): string {
  return `${convertFileSrc('', 'book')}${id}/@thumbnail`;
}
