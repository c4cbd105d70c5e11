import { beforeEach, expect, it, vi } from 'vitest';
import type { ImportReport } from '../platform';
import type { ToastAction } from './toasts.svelte';

const handlers = new Map<string, (payload: unknown) => void>();
const actions: ToastAction[] = [];

vi.mock('../platform', () => ({
  listen: (event: string, handler: (payload: unknown) => void) => {
    handlers.set(event, handler);
    return Object.assign(() => undefined, { ready: Promise.resolve() });
  },
  call: (command: string) => Promise.resolve(command === 'unlock_file' ? { job } : null),
}));
vi.mock('./toasts.svelte', () => ({
  toasts: { show: (_: string, action: ToastAction) => void actions.push(action) },
}));

const { imports } = await import('./imports.svelte');

let job = 0;
/** Finishes an import with so many imported and rejected files, and returns its report. */
function finish(imported: number, rejected: number): ImportReport {
  const report: ImportReport = {
    imported: Array.from({ length: imported }, (_, at) => ({ name: `${at}`, id: `${at}`, title: `${at}` })),
    duplicates: [],
    rejected: Array.from({ length: rejected }, () => ({
      name: 'x',
      code: 'malformed' as const,
      message: 'x',
      locked: null,
    })),
    cancelled: false,
  };
  handlers.get('import-finished')?.({ job: job++, report });
  return report;
}

beforeEach(() => {
  handlers.clear();
  actions.length = 0;
  imports.reports = [];
  imports.start();
});

it('imports show one report after the other', () => {
  const reports = [finish(1, 1), finish(0, 2), finish(0, 0)];
  for (const report of reports) {
    expect(imports.report).toBe(report);
    imports.closeReport();
  }
  expect(imports.report).toBeNull();
});

it('imports queue a requested report behind the one on screen', async () => {
  const clean = finish(2, 0);
  expect([imports.report, actions.length]).toEqual([null, 1]);
  const mixed = finish(0, 1);
  await actions[0]?.run();
  expect(imports.reports).toEqual([mixed, clean]);
});

it('imports give the report of an unlocked document to whoever unlocked it', async () => {
  const unlocked = imports.unlock(0, 'open sesame');
  const early = finish(1, 0);
  await expect(unlocked).resolves.toBe(early);
  const later = imports.unlock(0, 'open sesame');
  await Promise.resolve();
  await Promise.resolve();
  const late = finish(0, 1);
  await expect(later).resolves.toBe(late);
  expect(imports.reports).toEqual([]);
});

it('imports show reports that came while a document was unlocked', async () => {
  job += 1;
  const unlocked = imports.unlock(0, 'open sesame');
  job -= 1;
  const other = finish(0, 1);
  expect(imports.report).toBeNull();
  finish(1, 0);
  await unlocked;
  expect(imports.reports).toEqual([other]);
});
