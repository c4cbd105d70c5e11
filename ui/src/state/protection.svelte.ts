/** The library's unlock methods, for the settings: loaded when shown, and again after each change. */
import { call, type CleanupFailure, type Protection } from '../platform';
import { t } from '../messages/index.svelte';
import { toasts } from './toasts.svelte';

class ProtectionState {
  /** `null` until loaded; the keychain may take a moment to answer. */
  current = $state.raw<Protection | null>(null);

  async load(): Promise<void> {
    this.current = await call('protection');
  }

  /** Waits for a change, warns about leftovers it could not remove, and reloads. */
  async apply(change: Promise<CleanupFailure[]>): Promise<void> {
    for (const leftover of await change) toasts.show(t().protection.leftovers[leftover]);
    await this.load();
  }
}

export const protection = new ProtectionState();
