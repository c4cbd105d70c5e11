/** Whether the library is open, and which view is active. */
import { tick } from 'svelte';
import { recallLanguage } from '../messages/index.svelte';
import {
  call,
  failureOf,
  listen,
  type CommandFailure,
  type Credential,
  type LibraryState,
  type SearchHit,
} from '../platform';

/** Where to open a book, when not at the place where it was left. */
export interface Passage {
  /** The hits in the book that the search has loaded, best first. */
  hits: SearchHit[];
  /** Which of them to open at. */
  at: number;
  /** The words that find all hits in the book; `null` if it was searched by meaning, which only knows the best. */
  query: string | null;
}

/** A view and its parameters. */
export type View =
  | { name: 'library' }
  | { name: 'search' }
  | { name: 'settings' }
  | { name: 'reader'; id: string; passage: Passage | null; from: 'library' | 'search' };

class Session {
  /** What is known about the library on disk; `null` until the core has answered. */
  library = $state.raw<LibraryState | null>(null);
  /** Why the library could not even be looked at. */
  failure = $state.raw<CommandFailure | null>(null);
  view = $state.raw<View>({ name: 'library' });
  /** A library was just made with the keychain, and its recovery code has still to be shown. */
  keepCode = $state(false);

  get unlocked(): boolean {
    return this.library?.state === 'unlocked';
  }

  /** Asks the core for the library's state and follows it from then on. No text is shown in another language first. */
  start(): () => void {
    const recalled = recallLanguage().catch(() => undefined); // then it speaks as the system does
    void recalled.then(() => this.#follow(call('library_state')));
    // A fresh page holds nothing of what the old one showed, not even in memory.
    return listen('locked', () => location.reload());
  }

  async retry(): Promise<void> {
    await this.#follow(call('library_state'));
  }

  /** Creates the library; `null` keeps its key in the keychain. Rejects with the reason. */
  async create(passphrase: string | null): Promise<void> {
    const state = await call('create_library', { passphrase });
    this.keepCode = passphrase === null;
    this.#enter(state);
  }

  /** Opens the library. Rejects with the reason. */
  async unlock(credential: Credential): Promise<void> {
    this.#enter(await call('unlock_library', credential));
  }

  /** The reader has the recovery code, or will see to it later. */
  codeKept(): void {
    this.keepCode = false;
  }

  /** Locks the library. An open book is closed first, so that its place is kept. */
  async lock(): Promise<void> {
    this.view = { name: 'library' };
    await tick();
    await call('lock_library');
  }

  go(view: View): void {
    this.view = view;
  }

  /** Opens a book where it was left, or at a passage. */
  read(id: string, passage: Passage | null = null): void {
    this.view = { name: 'reader', id, passage, from: this.view.name === 'search' ? 'search' : 'library' };
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
    if (state.state !== 'unlocked') this.view = { name: 'library' };
    this.library = state;
  }
}

export const session = new Session();
