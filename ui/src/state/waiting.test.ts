import { expect, it, vi } from 'vitest';

/** Listeners that are not there yet. */
const coming: (() => void)[] = [];
/** What the core was asked for. */
const called: string[] = [];

vi.mock('../platform', () => ({
  listen: () =>
    Object.assign(() => undefined, { ready: new Promise<void>((resolve) => void coming.push(resolve)) }),
  call: (command: string) => {
    called.push(command);
    return Promise.resolve(null);
  },
}));
vi.mock('./notices.svelte', () => ({ notices: {} }));

const { jobs } = await import('./jobs.svelte');

const rest = () => new Promise((next) => setTimeout(next));

it('has files that wait imported only once it hears of every import', async () => {
  jobs.start();
  expect(coming.length).toBeGreaterThan(2);
  for (const isThere of coming) {
    await rest();
    expect(called).not.toContain('import_waiting');
    isThere();
  }
  await rest();
  expect(called).toContain('import_waiting');
});
