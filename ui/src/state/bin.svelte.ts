/** The bin: removed publications, which can be restored or deleted permanently. */
import { call, failureOf, type CommandFailure, type PublicationRow } from '../platform';
import { t } from '../messages/index.svelte';
import { shelf } from './shelf.svelte';
import { toasts } from './toasts.svelte';

class Bin {
  /** `null` until loaded. */
  rows = $state.raw<PublicationRow[] | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** Id of the publication being restored or deleted. */
  busy = $state<string | null>(null);

  async load(): Promise<void> {
    try {
      this.rows = await call('list_bin');
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  async restore(row: PublicationRow): Promise<void> {
    await this.#run(row, () => call('restore_publications', { ids: [row.id] }), t().bin.restored(row.title));
    await shelf.refresh();
  }

  async deletePermanently(row: PublicationRow): Promise<void> {
    await this.#run(row, () => call('delete_publications', { ids: [row.id] }), t().bin.deleted(row.title));
  }

  async #run(row: PublicationRow, command: () => Promise<null>, success: string): Promise<void> {
    this.busy = row.id;
    try {
      await command();
      toasts.show(success);
    } catch (error) {
      toasts.showError(error);
    }
    await this.load();
    this.busy = null;
  }
}

export const bin = new Bin();
