/** Whether the library is open, and which view is active. */
import { tick } from 'svelte';
import { loadLanguage } from '../messages/index.svelte';
import {
  call,
  failureOf,
  listen,
  type CommandFailure,
  type Credential,
  type LibraryState,
  type SearchHit,
} from '../platform';

/** Search hits to open a book with, instead of its saved position. */
export interface HitSelection {
  /** The loaded hits in this book, by rank. */
  hits: SearchHit[];
  /** Index of the hit to open at. */
  index: number;
  /** Query that finds every hit in the book; `null` for a semantic search, which only knows the best ones. */
  query: string | null;
}

/** The view that a book was opened from. */
export type ReaderOrigin = 'library' | 'search' | 'notes';

/** A view and its parameters. */
export type View =
  | { name: 'library' }
  | { name: 'search' }
  | { name: 'notes' }
  | { name: 'settings' }
  | {
      name: 'reader';
      id: string;
      selection: HitSelection | null;
      /** Id of the annotation to open at. */
      annotation: string | null;
      from: ReaderOrigin;
    };

class Session {
  /** `null` until the core has answered. */
  library = $state.raw<LibraryState | null>(null);
  /** Why the state of the library is unknown. */
  failure = $state.raw<CommandFailure | null>(null);
  view = $state.raw<View>({ name: 'library' });
  /** A library was just created with the keychain, and its recovery code has not been shown yet. */
  needsRecoverySetup = $state(false);

  get unlocked(): boolean {
    return this.library?.state === 'unlocked';
  }

  /** Loads the language and then the library's state. Returns a function that unsubscribes. */
  start(): () => void {
    const language = loadLanguage().catch(() => undefined); // falls back to the language of the system
    void language.then(() => this.#load(call('library_state')));
    // Reloading the page drops everything it has shown from memory as well.
    return listen('locked', () => location.reload());
  }

  async retry(): Promise<void> {
    await this.#load(call('library_state'));
  }

  /** Creates the library; with `null` its key goes into the keychain. Rejects with the reason. */
  async create(passphrase: string | null): Promise<void> {
    const state = await call('create_library', { passphrase });
    this.needsRecoverySetup = passphrase === null;
    this.#setLibrary(state);
  }

  /** Rejects with the reason. */
  async unlock(credential: Credential): Promise<void> {
    this.#setLibrary(await call('unlock_library', credential));
  }

  finishRecoverySetup(): void {
    this.needsRecoverySetup = false;
  }

  /** Locks the library. Leaves an open book first, so that its position is saved. */
  async lock(): Promise<void> {
    this.view = { name: 'library' };
    await tick();
    await call('lock_library');
  }

  navigate(view: View): void {
    this.view = view;
  }

  /** Opens a book at its saved position, at a search hit or at an annotation. */
  openBook(id: string, selection: HitSelection | null = null, annotation: string | null = null): void {
    const { name } = this.view;
    const from = name === 'search' || name === 'notes' ? name : 'library';
    this.view = { name: 'reader', id, selection, annotation, from };
  }

  async #load(state: Promise<LibraryState>): Promise<void> {
    try {
      this.#setLibrary(await state);
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  #setLibrary(state: LibraryState): void {
    if (state.state !== 'unlocked') this.view = { name: 'library' };
    this.library = state;
  }
}

export const session = new Session();
