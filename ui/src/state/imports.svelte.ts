/** Running imports and their reports; files dragged over the window. */
import { call, listen, type ImportProgress, type ImportReport, type Subscription } from '../platform';
import { t } from '../messages/index.svelte';
import { toasts } from './toasts.svelte';

export interface RunningImport extends ImportProgress {
  cancelling: boolean;
}

class Imports {
  running = $state.raw<readonly RunningImport[]>([]);
  /** A queue: an import may finish while the report of another is on screen. The first one is shown. */
  reports = $state.raw<readonly ImportReport[]>([]);
  /** Files are dragged over the window. */
  dragOver = $state(false);
  readonly #finishedJobs = new Set<number>();
  /** Imports whose reports go to whoever started them, by job. */
  readonly #awaited = new Map<number, (report: ImportReport) => void>();
  /** Number of requests whose job is not known yet, and the reports that came meanwhile. */
  #unlocking = 0;
  #early = new Map<number, ImportReport>();

  /** Subscribes to import events. Returns a function that unsubscribes. */
  start(): () => void {
    const subscriptions = [
      listen('import-progress', (progress) => this.#update(progress)),
      listen('import-finished', ({ job, report }) => this.#finish(job, report)),
      listen('import-started', ({ job }) => this.#add(job)),
      listen('files-hover', ({ over }) => (this.dragOver = over)),
    ];
    void this.#importPending(subscriptions);
    return () => subscriptions.forEach((unsubscribe) => unsubscribe());
  }

  /** Opens a file or folder dialog and imports the selection. */
  async choose(kind: 'files' | 'folder'): Promise<void> {
    try {
      const started = await call('choose_and_import', { kind });
      if (started) this.#add(started.job);
    } catch (error) {
      toasts.showError(error);
    }
  }

  /** Imports a document that was rejected, with its password. Resolves to its report, which is not shown. */
  async unlock(locked: number, password: string): Promise<ImportReport> {
    this.#unlocking += 1;
    try {
      const { job } = await call('unlock_file', { locked, password });
      const early = this.#early.get(job);
      this.#early.delete(job);
      return await (early ?? new Promise<ImportReport>((resolve) => this.#awaited.set(job, resolve)));
    } finally {
      this.#unlocking -= 1;
      if (this.#unlocking === 0) {
        this.#early.forEach((report) => this.#publish(report));
        this.#early.clear();
      }
    }
  }

  /** The report on screen. */
  get report(): ImportReport | null {
    return this.reports[0] ?? null;
  }

  /** Dismisses the report on screen and shows the next one. */
  closeReport(): void {
    this.reports = this.reports.slice(1);
  }

  async cancel(job: number): Promise<void> {
    this.running = this.running.map((one) => (one.job === job ? { ...one, cancelling: true } : one));
    try {
      await call('cancel_import', { job });
    } catch (error) {
      toasts.showError(error);
    }
  }

  /** Starts imports that were queued before the page was ready. Waits for the listeners, or events would be lost. */
  async #importPending(subscriptions: readonly Subscription[]): Promise<void> {
    try {
      await Promise.all(subscriptions.map(({ ready }) => ready));
      await call('subscribe_events');
    } catch (error) {
      toasts.showError(error);
    }
  }

  /** The first progress event may arrive before the command's result, and a short import may be finished by then. */
  #add(job: number): void {
    if (this.running.some((one) => one.job === job)) return;
    this.#update({ job, done: 0, total: 0, current: null, etaSeconds: null });
  }

  #update(progress: ImportProgress): void {
    const { job } = progress;
    if (this.#finishedJobs.has(job)) return;
    const known = this.running.find((one) => one.job === job);
    const updated = { ...progress, cancelling: known?.cancelling ?? false };
    this.running = known
      ? this.running.map((one) => (one === known ? updated : one))
      : [...this.running, updated];
  }

  #finish(job: number, report: ImportReport): void {
    this.#finishedJobs.add(job);
    this.running = this.running.filter((one) => one.job !== job);
    const resolve = this.#awaited.get(job);
    if (resolve) {
      this.#awaited.delete(job);
      resolve(report);
    } else if (this.#unlocking > this.#awaited.size) this.#early.set(job, report);
    else this.#publish(report);
  }

  #publish(report: ImportReport): void {
    const clean = report.rejected.length === 0 && report.duplicates.length === 0 && !report.cancelled;
    if (clean && report.imported.length > 0) {
      const action = { label: t().import.showReport, run: () => this.#enqueue(report) };
      toasts.show(t().import.imported(report.imported.length), action);
    } else this.#enqueue(report);
  }

  #enqueue(report: ImportReport): void {
    this.reports = [...this.reports, report];
  }
}

export const imports = new Imports();
