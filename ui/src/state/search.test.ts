import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit, SearchResults } from '../platform';

/** Questions to the core that wait for an answer, in the order they were asked. */
const asked: { query: string; mode: string; answer: (results: SearchResults) => Promise<void> }[] = [];

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (_: string, { query, mode }: { query: string; mode: string }) =>
    new Promise<SearchResults>((resolve) => {
      asked.push({
        query,
        mode,
        answer: async (results) => {
          resolve(results);
          await new Promise((next) => setTimeout(next));
        },
      });
    }),
}));

const { search } = await import('./search.svelte');

const hit = (title: string) => ({ publication: { id: title, title, authors: [] } }) as unknown as SearchHit;
const found = (...titles: string[]): SearchResults =>
  ({ hits: titles.map(hit), total: titles.length, tookMs: 1, relaxed: false }) as SearchResults;
const titles = () => search.hits.map(({ publication }) => publication.title);

function type(query: string) {
  search.query = query;
  void search.start('typing');
}

beforeEach(() => {
  asked.length = 0;
  search.clear();
  search.mode = 'hybrid';
});

it('shows no answer to what was typed in between', async () => {
  type('whale');
  await asked[0]?.answer(found('Moby-Dick'));
  type('whales');
  type('whale');
  expect(asked.length).toBe(2);
  expect(search.busy).toBe(false);
  await asked[1]?.answer(found('Of whales'));
  expect(titles()).toEqual(['Moby-Dick']);
});

it('drops an older answer that comes after a newer one', async () => {
  type('whale');
  type('ship');
  await asked[1]?.answer(found('A ship'));
  await asked[0]?.answer(found('A whale'));
  expect([search.asked, titles()]).toEqual(['ship', ['A ship']]);
});
