/** Whether the library is open, and which room the reader is in. */
import { recallLanguage } from '../messages/index.svelte';
import { call, failureOf, listen, type CommandFailure, type LibraryState, type SearchHit } from '../platform';

/** Where to open a book, when not at the place where it was left. */
export interface Passage {
  /** The hits the reader can step through. */
  hits: SearchHit[];
  /** Which of them to open at. */
  at: number;
}

/** A room, and what it needs to be entered. */
export type Room =
  | { name: 'library' }
  | { name: 'search' }
  | { name: 'settings' }
  | { name: 'reader'; id: string; passage: Passage | null; from: 'library' | 'search' };

class Session {
  /** What is known about the library on disk; `null` until the core has answered. */
  library = $state.raw<LibraryState | null>(null);
  /** Why the library could not even be looked at. */
  failure = $state.raw<CommandFailure | null>(null);
  room = $state.raw<Room>({ name: 'library' });

  get unlocked(): boolean {
    return this.library?.state === 'unlocked';
  }

  /** Asks the core for the library's state and follows it from then on. No text is shown in another language first. */
  start(): () => void {
    const recalled = recallLanguage().catch(() => undefined); // then it speaks as the system does
    void recalled.then(() => this.#follow(call('library_state')));
    return listen('locked', () => void this.#follow(call('library_state')));
  }

  async retry(): Promise<void> {
    await this.#follow(call('library_state'));
  }

  /** Creates the library; `null` keeps its key in the keychain. Rejects with the reason. */
  async create(passphrase: string | null): Promise<void> {
    this.#enter(await call('create_library', { passphrase }));
  }

  /** Opens the library; `null` asks the keychain. Rejects with the reason. */
  async unlock(passphrase: string | null): Promise<void> {
    this.#enter(await call('unlock_library', { passphrase }));
  }

  async lock(): Promise<void> {
    await this.#follow(call('lock_library'));
  }

  go(room: Room): void {
    this.room = room;
  }

  /** Opens a book where it was left, or at a passage. */
  read(id: string, passage: Passage | null = null): void {
    this.room = { name: 'reader', id, passage, from: this.room.name === 'search' ? 'search' : 'library' };
  }

  async #follow(answer: Promise<LibraryState>): Promise<void> {
    try {
      this.#enter(await answer);
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  #enter(state: LibraryState): void {
    if (state.state !== 'unlocked') this.room = { name: 'library' };
    this.library = state;
  }
}

export const session = new Session();
