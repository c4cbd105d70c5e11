/** Updates of the program: what is known, what was found, and the download. */
import { call, failureOf, listen, type UpdateChannel, type UpdateMode, type UpdateStatus } from '../platform';
import { t } from '../messages/index.svelte';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

class Updates {
  /** `null` until loaded. */
  status = $state.raw<UpdateStatus | null>(null);
  /** What is being done. */
  running = $state<'checking' | 'installing' | null>(null);
  /** The share of the package that was received, while it is downloaded. */
  progress = $state.raw<{ done: number; total: number } | null>(null);

  /** Whether the user has to be asked when to look for updates. */
  readonly undecided = $derived(this.status?.mode === 'undecided' && this.status.server !== null);

  /** Loads the status and keeps it up to date. Returns a function that stops it. */
  start(): () => void {
    const subscriptions = [
      listen('update-found', (status) => {
        this.status = status;
        this.#announce();
      }),
      listen('update-file-offered', () => {
        void this.#load(() => call('check_offered_file'), 'checking').then(() => this.#announce());
      }),
      listen('update-progress', (progress) => (this.progress = progress)),
    ];
    void this.#load(() => call('update_status'), null);
    return () => subscriptions.forEach((unsubscribe) => unsubscribe());
  }

  async decide(mode: UpdateMode, channel: UpdateChannel): Promise<void> {
    await this.#load(() => call('set_update_preferences', { mode, channel }), null);
  }

  async check(): Promise<void> {
    await this.#load(() => call('check_for_updates'), 'checking');
  }

  async chooseFile(): Promise<void> {
    await this.#load(() => call('choose_update_file'), 'checking');
  }

  async install(): Promise<void> {
    await this.#load(() => call('install_update'), 'installing');
    this.progress = null;
  }

  async cancel(): Promise<void> {
    await call('cancel_update').catch((error: unknown) => toasts.showError(error));
  }

  async restart(): Promise<void> {
    await call('restart').catch((error: unknown) => toasts.showError(error));
  }

  #announce(): void {
    const found = this.status?.found;
    if (!found || found.kind === 'up-to-date') return;
    const text =
      found.kind === 'withdrawn' ? t().updates.withdrawnShort : t().updates.available(found.version ?? '');
    toasts.show(text, { label: t().updates.show, run: () => session.navigate({ name: 'settings' }) });
  }

  async #load(
    request: () => Promise<UpdateStatus>,
    running: 'checking' | 'installing' | null,
  ): Promise<void> {
    if (running && this.running) return;
    this.running = running ?? this.running;
    try {
      this.status = await request();
    } catch (error) {
      // The user pressed Cancel, which needs no answer.
      if (failureOf(error).code !== 'cancelled') toasts.showError(error);
    } finally {
      if (running) this.running = null;
    }
  }
}

export const updates = new Updates();
