import { beforeEach, expect, it, vi } from 'vitest';
import type { ImportReport } from '../platform';
import type { NoticeAction } from './notices.svelte';

const heard = new Map<string, (payload: unknown) => void>();
const offered: NoticeAction[] = [];

vi.mock('../platform', () => ({
  listen: (event: string, handler: (payload: unknown) => void) => {
    heard.set(event, handler);
    return Object.assign(() => undefined, { ready: Promise.resolve() });
  },
  call: () => Promise.resolve(null),
}));
vi.mock('./notices.svelte', () => ({
  notices: { show: (_: string, action: NoticeAction) => void offered.push(action) },
}));

const { jobs } = await import('./jobs.svelte');

let job = 0;
/** Ends an import that brought so many books and refused so many files, and gives its report. */
function finish(imported: number, refused: number): ImportReport {
  const report: ImportReport = {
    imported: Array.from({ length: imported }, (_, at) => ({ name: `${at}`, id: `${at}`, title: `${at}` })),
    duplicates: [],
    refused: Array.from({ length: refused }, () => ({ name: 'x', code: 'malformed' as const, message: 'x' })),
    cancelled: false,
  };
  heard.get('import-finished')?.({ job: job++, report });
  return report;
}

beforeEach(() => {
  heard.clear();
  offered.length = 0;
  jobs.reports = [];
  jobs.start();
});

it('shows one report after the other, and loses none', () => {
  const reports = [finish(1, 1), finish(0, 2), finish(0, 0)];
  for (const report of reports) {
    expect(jobs.report).toBe(report);
    jobs.closeReport();
  }
  expect(jobs.report).toBeNull();
});

it('lines up a report that is asked for behind the one that is read', async () => {
  const smooth = finish(2, 0);
  expect([jobs.report, offered.length]).toEqual([null, 1]);
  const rough = finish(0, 1);
  await offered[0]?.run();
  expect(jobs.reports).toEqual([rough, smooth]);
});
