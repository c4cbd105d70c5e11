import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit, SearchResults } from '../platform';

interface Question {
  query: string;
  mode: string;
  publication: string | null;
}

/** Questions to the core that wait for an answer, in the order they were asked. */
const asked: (Question & { answer: (results: SearchResults) => Promise<void> })[] = [];

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (_: string, { query, mode, publication }: Question) =>
    new Promise<SearchResults>((resolve) => {
      asked.push({
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
  search.within = null;
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

it('searches one book alone until it is widened, whatever the title holds', async () => {
  type('whale');
  await asked[0]?.answer(found('Moby-Dick', 'Of whales'));
  void search.narrow({ id: 'b7', title: 'It: “a novel”' });
  await asked[1]?.answer(found('It'));
  void search.narrow(null);
  expect(asked.map(({ query, publication }) => [query, publication])).toEqual([
    ['whale', null],
    ['whale', 'b7'],
    ['whale', null],
  ]);
});

it('knows how the hits on screen were found while others are asked for', async () => {
  search.mode = 'exact';
  type('whale');
  await asked[0]?.answer(found('Moby-Dick'));
  search.mode = 'semantic';
  void search.start();
  expect(search.askedMode).toBe('exact');
  await asked[1]?.answer(found('Of whales'));
  expect(search.askedMode).toBe('semantic');
});
