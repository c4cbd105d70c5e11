import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../platform';

vi.hoisted(() => {
  // jsdom has no layout.
  Object.defineProperty(HTMLElement.prototype, 'scrollIntoView', { value: () => undefined });
});

/** Answers the requests to the core, in order. */
const answers: (() => Promise<void>)[] = [];
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
  thumbnailUrl: (id: string) => id,
  call: (_: string, { offset, limit }: { offset: number; limit: number }) =>
    new Promise((resolve) => {
      const hits = Array.from({ length: TOTAL }, (__, number) => hit(number)).slice(offset, offset + limit);
      answers.push(async () => {
        resolve({ hits, total: TOTAL, tookMs: 1, relaxed: false, unusedWords: [] });
        await new Promise((next) => setTimeout(next));
        await tick();
      });
    }),
}));

const { search } = await import('../../state/search.svelte');
const { default: HitList } = await import('./HitList.svelte');

const moreButton = () => document.querySelector<HTMLElement>('[data-testid="search-more"]');
let component: Record<string, unknown>;

beforeEach(async () => {
  answers.length = 0;
  search.clear();
  search.query = 'whale';
  void search.start();
  await answers[0]?.();
  component = mount(HitList, { target: document.body, props: { onup: () => undefined } });
  flushSync();
});
afterEach(() => unmount(component));

it('HitList keeps the focus while loading more, then focuses the first new hit', async () => {
  moreButton()?.focus();
  moreButton()?.click();
  moreButton()?.click();
  await tick();
  expect(document.activeElement).toBe(moreButton());
  expect(moreButton()?.getAttribute('aria-disabled')).toBe('true');
  expect(answers.length).toBe(2);
  await answers[1]?.();
  // Hits are displayed by book and not by rank.
  expect(document.activeElement?.textContent).toContain('hit 50');
  expect(moreButton()).toBeNull();
});

it('HitList leaves the focus alone if it moved while loading', async () => {
  const elsewhere = document.createElement('input');
  document.body.append(elsewhere);
  moreButton()?.click();
  elsewhere.focus();
  await answers[1]?.();
  expect(document.activeElement).toBe(elsewhere);
  elsewhere.remove();
});
