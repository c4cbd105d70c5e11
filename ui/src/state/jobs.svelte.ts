/** Background work: imports, and embedding of passages. */
import {
  call,
  listen,
  type ImportProgress,
  type ImportReport,
  type Listening,
  type Status,
} from '../platform';
import { t } from '../messages/index.svelte';
import { notices } from './notices.svelte';

/** An import that is running. */
export interface RunningImport extends ImportProgress {
  cancelling: boolean;
}

class Jobs {
  imports = $state.raw<readonly RunningImport[]>([]);
  /** Reports to be read, the one on screen first: an import may end while the report of another is read. */
  reports = $state.raw<readonly ImportReport[]>([]);
  status = $state.raw<Status | null>(null);
  /** Files hover over the window. */
  dropping = $state(false);
  readonly #finished = new Set<number>();

  /** Follows the core's events; the returned function ends it. */
  start(): () => void {
    const endings = [
      listen('import-progress', (progress) => this.#update(progress)),
      listen('import-finished', ({ job, report }) => this.#finish(job, report)),
      listen('open-files', ({ job }) => this.#begin(job)),
      listen('embedding-progress', (embedding) => {
        if (this.status) this.status = { ...this.status, embedding };
        // while it goes on, the rest of the status changes with the shelf alone
        if (embedding.state !== 'running' && embedding.state !== 'slowed') void this.refreshStatus();
      }),
      listen('library-changed', () => void this.refreshStatus()),
      listen('files-hover', ({ over }) => (this.dropping = over)),
    ];
    void this.refreshStatus();
    void this.#importWaiting(endings);
    return () => endings.forEach((end) => end());
  }

  async refreshStatus(): Promise<void> {
    try {
      this.status = await call('status');
    } catch {
      this.status = null; // the status line is a courtesy: without it the line stays empty
    }
  }

  /** Pauses the learning of meanings, or lets it go on. */
  async pauseEmbedding(paused: boolean): Promise<void> {
    try {
      this.status = await call('set_embedding_paused', { paused });
    } catch (error) {
      notices.showFailure(error);
    }
  }

  /** Lets the reader choose files or a folder to import. */
  async choose(kind: 'files' | 'folder'): Promise<void> {
    await this.#start(call('choose_and_import', { kind }));
  }

  /** The report on screen. */
  get report(): ImportReport | null {
    return this.reports[0] ?? null;
  }

  /** Takes the report on screen away; the next one follows. */
  closeReport(): void {
    this.reports = this.reports.slice(1);
  }

  async cancel(job: number): Promise<void> {
    this.imports = this.imports.map((running) =>
      running.job === job ? { ...running, cancelling: true } : running,
    );
    try {
      await call('cancel_import', { job });
    } catch (error) {
      notices.showFailure(error);
    }
  }

  /** Files that wait are imported once these listen, so that no import begins or ends unseen. */
  async #importWaiting(listening: readonly Listening[]): Promise<void> {
    try {
      await Promise.all(listening.map(({ ready }) => ready));
      await call('import_waiting');
    } catch (error) {
      notices.showFailure(error);
    }
  }

  async #start(started: Promise<{ job: number } | null>): Promise<void> {
    try {
      const answer = await started;
      if (answer) this.#begin(answer.job);
    } catch (error) {
      notices.showFailure(error);
    }
  }

  /** The first progress may arrive before the command's answer, and a short import may have finished by then. */
  #begin(job: number): void {
    if (this.imports.some((running) => running.job === job)) return;
    this.#update({ job, done: 0, total: 0, current: null, etaSeconds: null });
  }

  #update(progress: ImportProgress): void {
    const { job } = progress;
    if (this.#finished.has(job)) return;
    const known = this.imports.find((running) => running.job === job);
    const updated = { ...progress, cancelling: known?.cancelling ?? false };
    this.imports = known
      ? this.imports.map((one) => (one === known ? updated : one))
      : [...this.imports, updated];
  }

  #finish(job: number, report: ImportReport): void {
    this.#finished.add(job);
    this.imports = this.imports.filter((running) => running.job !== job);
    const smooth = report.refused.length === 0 && report.duplicates.length === 0 && !report.cancelled;
    if (smooth && report.imported.length > 0) {
      const action = { label: t().import.reportToast, run: () => this.#show(report) };
      notices.show(t().import.imported(report.imported.length), action);
    } else this.#show(report);
  }

  #show(report: ImportReport): void {
    this.reports = [...this.reports, report];
  }
}

export const jobs = new Jobs();

/** A remaining time as a phrase; `null` while it is not known. */
export function remaining(seconds: number | null): string | null {
  if (seconds === null) return null;
  if (seconds < 45) return t().eta.soon;
  if (seconds < 3_000) return t().eta.minutes(Math.max(1, Math.round(seconds / 60)));
  return t().eta.hours(Math.max(1, Math.round(seconds / 3600)));
}
