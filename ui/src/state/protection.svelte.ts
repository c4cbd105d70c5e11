/** What protects the library, for the settings: read when it is looked at, and again after each change. */
import { call, type Leftover, type Protection } from '../platform';
import { t } from '../messages/index.svelte';
import { notices } from './notices.svelte';

class ProtectionState {
  /** `null` until the core has answered; asking the keychain may take a moment. */
  now = $state.raw<Protection | null>(null);

  async load(): Promise<void> {
    this.now = await call('protection');
  }

  /** Waits for a change and tells what of the old it could not take away. */
  async changed(change: Promise<Leftover[]>): Promise<void> {
    for (const leftover of await change) notices.show(t().protection.leftovers[leftover]);
    await this.load();
  }
}

export const protection = new ProtectionState();
