import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit, SearchResults } from '../platform';

interface Request {
  query: string;
  mode: string;
  publication: string | null;
}

/** Requests to the core that wait for an answer, in order. */
const requests: (Request & { answer: (results: SearchResults) => Promise<void> })[] = [];

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (_: string, { query, mode, publication }: Request) =>
    new Promise<SearchResults>((resolve) => {
      requests.push({
        query,
        mode,
        publication,
        answer: async (results) => {
          resolve(results);
          await new Promise((next) => setTimeout(next));
        },
      });
    }),
}));

const { search } = await import('./search.svelte');

const hit = (title: string) => ({ publication: { id: title, title, authors: [] } }) as unknown as SearchHit;
const results = (...titles: string[]): SearchResults =>
  ({
    hits: titles.map(hit),
    total: titles.length,
    tookMs: 1,
    relaxed: false,
    unusedWords: ['the'],
  }) as SearchResults;
const titles = () => search.hits.map(({ publication }) => publication.title);

function type(query: string) {
  search.query = query;
  void search.start('typing');
}

beforeEach(() => {
  requests.length = 0;
  search.clear();
  search.mode = 'hybrid';
  search.scope = null;
});

it('search discards results of text typed in between', async () => {
  type('whale');
  await requests[0]?.answer(results('Moby-Dick'));
  type('whales');
  type('whale');
  expect(requests.length).toBe(2);
  expect(search.busy).toBe(false);
  await requests[1]?.answer(results('Of whales'));
  expect(titles()).toEqual(['Moby-Dick']);
});

it('search discards results of an older request', async () => {
  type('whale');
  type('ship');
  await requests[1]?.answer(results('A ship'));
  await requests[0]?.answer(results('A whale'));
  expect([search.resultQuery, titles()]).toEqual(['ship', ['A ship']]);
});

it('search is restricted to its scope, whatever characters the title contains', async () => {
  type('whale');
  await requests[0]?.answer(results('Moby-Dick', 'Of whales'));
  void search.setScope({ id: 'b7', title: 'It: “a novel”' });
  await requests[1]?.answer(results('It'));
  void search.setScope(null);
  expect(requests.map(({ query, publication }) => [query, publication])).toEqual([
    ['whale', null],
    ['whale', 'b7'],
    ['whale', null],
  ]);
});

it('search reports the words of a long query that were not searched for', async () => {
  type('the whale');
  await requests[0]?.answer(results('Moby-Dick'));
  expect(search.unusedWords).toEqual(['the']);
  search.clear();
  expect(search.unusedWords).toEqual([]);
});

it('search keeps the mode of its results while another one runs', async () => {
  search.mode = 'exact';
  type('whale');
  await requests[0]?.answer(results('Moby-Dick'));
  search.mode = 'semantic';
  void search.start();
  expect(search.resultMode).toBe('exact');
  await requests[1]?.answer(results('Of whales'));
  expect(search.resultMode).toBe('semantic');
});
