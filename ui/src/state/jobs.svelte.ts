/** Work that goes on behind the rooms: importing, and learning the meaning of passages. */
import { call, listen, type ImportProgress, type ImportReport, type Status } from '../platform';
import { t } from '../messages/index.svelte';
import { notices } from './notices.svelte';

/** An import that is running. */
export interface RunningImport extends ImportProgress {
  cancelling: boolean;
}

class Jobs {
  imports = $state.raw<readonly RunningImport[]>([]);
  /** The report on screen. */
  report = $state.raw<ImportReport | null>(null);
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
        if (!embedding.running) void this.refreshStatus();
      }),
      listen('library-changed', () => void this.refreshStatus()),
      listen('files-hover', ({ over }) => (this.dropping = over)),
    ];
    void this.refreshStatus();
    return () => endings.forEach((end) => end());
  }

  async refreshStatus(): Promise<void> {
    try {
      this.status = await call('status');
    } catch {
      this.status = null; // the status line is a courtesy: without it the line stays empty
    }
  }

  /** Lets the reader choose files or a folder to import. */
  async choose(kind: 'files' | 'folder'): Promise<void> {
    await this.#start(call('choose_and_import', { kind }));
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
    if (!smooth) this.report = report;
    else if (report.imported.length > 0) {
      const action = { label: t().import.reportToast, run: () => void (this.report = report) };
      notices.show(t().import.imported(report.imported.length), action);
    } else this.report = report;
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
