/** Collections, and what readers change about books: each change is sent to the core, then the shelf is reloaded. */
import {
  call,
  failureOf,
  listen,
  type Collection,
  type CommandFailure,
  type EditPublications,
} from '../platform';
import { t } from '../messages/index.svelte';
import { coalesced } from './coalesced';
import { shelf } from './shelf.svelte';
import { toasts } from './toasts.svelte';

/** Changes of books; what is absent stays. */
export type BookChanges = Partial<Omit<EditPublications, 'ids'>>;

class Collections {
  /** By name. */
  list = $state.raw<Collection[]>([]);
  failure = $state.raw<CommandFailure | null>(null);

  /** Those that are filled by hand. */
  readonly byHand = $derived(this.list.filter(({ filter }) => filter === null));

  /** Reloads the collections. */
  readonly refresh = coalesced(async () => {
    try {
      this.list = await call('list_collections');
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  });

  /** Loads the collections and keeps them up to date. Returns a function that stops it. */
  start(): () => void {
    void this.refresh();
    return listen('library-changed', () => void this.refresh());
  }

  /** Makes a collection with these books in it. Rejects with the reason. */
  async create(name: string, filter: string | null, books: string[]): Promise<void> {
    const collection = await call('create_collection', { name, filter });
    if (books.length > 0) {
      await call('set_collection_members', { collection, publications: books, isMember: true });
    }
    await this.refresh();
    toasts.show(t().collections.created(name.trim(), books.length));
  }

  /** Changes name and filter. Rejects with the reason. */
  async change(id: string, name: string, filter: string | null): Promise<void> {
    await call('edit_collection', { id, name, ...(filter === null ? {} : { filter }) });
    await this.refresh();
  }

  /** Deletes a collection and offers to undo that. Its books stay. */
  async remove({ id, name }: Collection): Promise<void> {
    if (!(await this.#setDeleted(id, true))) return;
    const restore = async () => {
      if (await this.#setDeleted(id, false)) toasts.show(t().collections.restored(name));
    };
    toasts.show(t().collections.deleted(name), { label: t().app.undo, run: restore });
  }

  /** Puts books into a collection, or takes them out, and offers to undo that. */
  async setMembers({ id, name }: Collection, publications: string[], isMember: boolean): Promise<void> {
    const set = async (member: boolean) => {
      try {
        await call('set_collection_members', { collection: id, publications, isMember: member });
      } catch (error) {
        toasts.showError(error);
        return false;
      }
      await this.refresh();
      return true;
    };
    if (!(await set(isMember))) return;
    const text = isMember ? t().collections.added : t().collections.takenOut;
    toasts.show(text(publications.length, name), {
      label: t().app.undo,
      run: () => set(!isMember).then(() => undefined),
    });
  }

  async #setDeleted(id: string, deleted: boolean): Promise<boolean> {
    try {
      await call('edit_collection', { id, deleted });
    } catch (error) {
      toasts.showError(error);
      return false;
    }
    await this.refresh();
    return true;
  }
}

export const collections = new Collections();

/** Changes books. Rejects with the reason. */
export async function editBooks(ids: string[], changes: BookChanges): Promise<void> {
  await call('edit_publications', { ids, asInFile: false, addTags: [], removeTags: [], ...changes });
  await shelf.refresh();
}

/** Changes books; a failure is shown. */
export async function tryEditBooks(ids: string[], changes: BookChanges): Promise<void> {
  try {
    await editBooks(ids, changes);
  } catch (error) {
    toasts.showError(error);
  }
}
