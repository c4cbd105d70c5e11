/** The account that keeps the library in step with other devices. */
import { call, listen, type AccountDevice, type AccountStatus } from '../platform';
import { toasts } from './toasts.svelte';

class Account {
  /** `null` until loaded. */
  status = $state.raw<AccountStatus | null>(null);
  /** `null` until they were asked for. */
  devices = $state.raw<readonly AccountDevice[] | null>(null);
  /** What is being done. */
  running = $state<'devices' | 'fetching' | null>(null);

  /** Loads the status and keeps it up to date. Returns a function that stops it. */
  start(): () => void {
    void this.load();
    // What can be fetched may have changed with it.
    return listen('sync-changed', () => void this.load());
  }

  async load(): Promise<void> {
    await this.#show(() => call('account_status'));
  }

  async signOut(): Promise<void> {
    this.devices = null;
    await this.#show(() => call('sign_out'));
  }

  async syncNow(): Promise<void> {
    await call('sync_now').catch((error: unknown) => toasts.showError(error));
  }

  async loadDevices(): Promise<void> {
    if (this.running) return;
    this.running = 'devices';
    try {
      this.devices = await call('account_devices');
    } catch (error) {
      toasts.showError(error);
    }
    this.running = null;
  }

  async fetch(id: string): Promise<void> {
    if (this.running) return;
    this.running = 'fetching';
    await this.#show(() => call('fetch_book', { id }));
    this.running = null;
  }

  async #show(request: () => Promise<AccountStatus>): Promise<void> {
    try {
      this.status = await request();
    } catch (error) {
      toasts.showError(error);
    }
  }
}

export const account = new Account();
