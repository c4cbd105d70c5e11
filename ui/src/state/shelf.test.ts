import { beforeEach, expect, it, vi } from 'vitest';
import type { PublicationRow } from '../platform';

const requests: ((titles: string[]) => Promise<void>)[] = [];
let notifyChange: () => void = () => undefined;

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  listen: (_: string, handler: () => void) => {
    notifyChange = handler;
    return () => undefined;
  },
  call: () =>
    new Promise<PublicationRow[]>((resolve) => {
      requests.push(async (titles) => {
        resolve(titles.map((title) => ({ id: title, title }) as PublicationRow));
        await new Promise((next) => setTimeout(next));
      });
    }),
}));
vi.mock('./toasts.svelte', () => ({ toasts: {} }));

const { shelf } = await import('./shelf.svelte');

const titles = () => shelf.rows.map(({ title }) => title);

beforeEach(async () => {
  requests.length = 0;
  shelf.start();
  await requests[0]?.(['A']);
});

it('shelf is reloaded once more after changes during a request', async () => {
  for (let change = 0; change < 5; change++) notifyChange();
  expect(requests.length).toBe(2);
  await requests[1]?.(['A', 'B']);
  expect(requests.length).toBe(3);
  await requests[2]?.(['A', 'B', 'C']);
  expect([requests.length, titles()]).toEqual([3, ['A', 'B', 'C']]);
});

it('shelf is reloaded on resume, and not while suspended', async () => {
  shelf.suspend();
  notifyChange();
  notifyChange();
  expect(requests.length).toBe(1);
  shelf.resume();
  expect(requests.length).toBe(2);
  await requests[1]?.(['A', 'read']);
  expect(titles()).toEqual(['A', 'read']);
  shelf.suspend();
  shelf.resume();
  expect(requests.length).toBe(2);
});
