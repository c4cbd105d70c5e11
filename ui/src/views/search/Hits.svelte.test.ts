import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../platform';

vi.hoisted(() => {
  // jsdom lays nothing out.
  Object.defineProperty(HTMLElement.prototype, 'scrollIntoView', { value: () => undefined });
});

/** Answers of the core, in the order they were asked for, that wait to be given. */
const waiting: (() => Promise<void>)[] = [];
const BOOKS = ['Emma', 'It'];
const TOTAL = 60;

function hit(number: number): SearchHit {
  const book = BOOKS[number % BOOKS.length] ?? '';
  return {
    publication: { id: book, title: book, authors: [] },
    headingPath: [],
    locator: { locations: { totalProgression: 0 } },
    snippet: { text: `hit ${number}`, marks: [] },
    scores: { exact: 1, semantic: null, fused: 1 },
  } as unknown as SearchHit;
}

vi.mock('../../platform', () => ({
  failureOf: (error: unknown) => error,
  listen: () => () => undefined,
  thumbnailOf: (id: string) => id,
  call: (_: string, { offset, limit }: { offset: number; limit: number }) =>
    new Promise((resolve) => {
      const hits = Array.from({ length: TOTAL }, (__, number) => hit(number)).slice(offset, offset + limit);
      waiting.push(async () => {
        resolve({ hits, total: TOTAL, tookMs: 1, relaxed: false });
        await new Promise((next) => setTimeout(next));
        await tick();
      });
    }),
}));

const { search } = await import('../../state/search.svelte');
const { default: Hits } = await import('./Hits.svelte');

const moreButton = () => document.querySelector<HTMLElement>('[data-testid="search-more"]');
let shown: Record<string, unknown>;

beforeEach(async () => {
  waiting.length = 0;
  search.clear();
  search.query = 'whale';
  void search.start();
  await waiting[0]?.();
  shown = mount(Hits, { target: document.body, props: { onup: () => undefined } });
  flushSync();
});
afterEach(() => unmount(shown));

it('keeps the focus while more is fetched, and goes on to the first of the new hits', async () => {
  moreButton()?.focus();
  moreButton()?.click();
  moreButton()?.click();
  await tick();
  expect(document.activeElement).toBe(moreButton());
  expect(moreButton()?.getAttribute('aria-disabled')).toBe('true');
  expect(waiting.length).toBe(2);
  await waiting[1]?.();
  // By book it is not where it is by rank.
  expect(document.activeElement?.textContent).toContain('hit 50');
  expect(moreButton()).toBeNull();
});

it('leaves the focus where the reader has taken it', async () => {
  const elsewhere = document.createElement('input');
  document.body.append(elsewhere);
  moreButton()?.click();
  elsewhere.focus();
  await waiting[1]?.();
  expect(document.activeElement).toBe(elsewhere);
  elsewhere.remove();
});
