import { beforeEach, expect, it, vi } from 'vitest';

interface Selection {
  filter: string;
  collection: string | null;
}

const requests: { selection: Selection; answer: (ids: string[]) => void; fail: (code: string) => void }[] =
  [];

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (_: string, selection: Selection) =>
    new Promise<string[]>((resolve, reject) => {
      requests.push({
        selection,
        answer: resolve,
        fail: (code) => reject(Object.assign(new Error(code), { code })),
      });
    }),
}));

const { needsCore, shelfFilter } = await import('./shelf-filter.svelte');

beforeEach(() => {
  requests.length = 0;
  shelfFilter.text = '';
  shelfFilter.show({ kind: 'all' });
});

const found = () => (shelfFilter.found === null ? null : [...shelfFilter.found]);

it('needsCore tells filters from words', () => {
  const check = (text: string, expected: boolean) =>
    expect([text, needsCore(text)]).toEqual([text, expected]);
  check('white whale', false);
  check('Zola-Reihe', false);
  check('rating:4+', true);
  check('"white whale"', true);
  check('sea -white', true);
  check('-white', true);
});

it('shelfFilter has the core select by filter and by collection', async () => {
  await shelfFilter.update();
  expect(requests.length).toBe(0);
  shelfFilter.show({ kind: 'collection', id: 'c' });
  shelfFilter.text = 'whale';
  const update = shelfFilter.update();
  expect(requests[0]?.selection).toEqual({ filter: '', collection: 'c' });
  requests[0]?.answer(['a']);
  await update;
  expect([found(), shelfFilter.words]).toEqual([['a'], 'whale']);
});

it('shelfFilter keeps the answer to the latest filter', async () => {
  shelfFilter.text = 'tag:s';
  const first = shelfFilter.update();
  shelfFilter.text = 'tag:sea';
  const second = shelfFilter.update();
  requests[1]?.answer(['b']);
  requests[0]?.answer(['a', 'b']);
  await Promise.all([first, second]);
  expect([found(), shelfFilter.words]).toEqual([['b'], '']);
});

it('shelfFilter keeps what was found when a filter cannot be understood', async () => {
  shelfFilter.text = 'tag:sea';
  const first = shelfFilter.update();
  requests[0]?.answer(['b']);
  await first;
  shelfFilter.text = 'rating:9';
  const second = shelfFilter.update();
  requests[1]?.fail('malformed-query');
  await second;
  expect([found(), shelfFilter.failure?.code]).toEqual([['b'], 'malformed-query']);
  shelfFilter.text = '';
  await shelfFilter.update();
  expect([found(), shelfFilter.failure]).toEqual([null, null]);
});
