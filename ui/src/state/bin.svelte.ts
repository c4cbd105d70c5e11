/** The bin: books that were removed and can be put back, or deleted for good. */
import { call, failureOf, type CommandFailure, type PublicationRow } from '../platform';
import { t } from '../messages/index.svelte';
import { notices } from './notices.svelte';
import { shelf } from './shelf.svelte';

class Bin {
  /** What is in it; `null` until that is known. */
  rows = $state.raw<PublicationRow[] | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** The book that is being put back or deleted. */
  busy = $state<string | null>(null);

  async load(): Promise<void> {
    try {
      this.rows = await call('list_bin');
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  async putBack(row: PublicationRow): Promise<void> {
    await this.#take(
      row,
      () => call('restore_publications', { ids: [row.id] }),
      t().bin.wasPutBack(row.title),
    );
    await shelf.refresh();
  }

  async deleteForGood(row: PublicationRow): Promise<void> {
    await this.#take(
      row,
      () => call('delete_publications', { ids: [row.id] }),
      t().bin.wasDeleted(row.title),
    );
  }

  async #take(row: PublicationRow, command: () => Promise<null>, done: string): Promise<void> {
    this.busy = row.id;
    try {
      await command();
      notices.show(done);
    } catch (error) {
      notices.showFailure(error);
    }
    await this.load();
    this.busy = null;
  }
}

export const bin = new Bin();
