import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../platform';

const TOTAL = 1_203;
let relaxed = false;

const hitAt = (progression: number) =>
  ({ locator: { href: 'one', locations: { totalProgression: progression } } }) as unknown as SearchHit;
/** All hits by rank, which is not the reading order. */
const ranked = Array.from({ length: TOTAL }, (_, index) => hitAt(((index * 7) % TOTAL) / TOTAL));

/** The core answers a search after this. */
let gate = Promise.resolve();
const highlightHits = vi.fn();
const showHits = vi.fn();

vi.mock('../../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (command: string, { offset = 0, limit = 0 }: { offset?: number; limit?: number }) =>
    command === 'search'
      ? gate.then(() => ({ hits: ranked.slice(offset, offset + limit), total: TOTAL, tookMs: 1, relaxed }))
      : Promise.resolve(command === 'list_annotations' ? [] : { title: 'Book', position: null }),
}));
vi.mock('../../renderer/bookview', () => ({
  BookView: class {
    element = document.createElement('div');
    showHits = showHits;
    highlightHits = highlightHits;
    setAnnotations = () => undefined;
    focus = () => undefined;
  },
}));
vi.mock('../../state/toasts.svelte', () => ({ toasts: { show: () => undefined } }));

const { BookSession } = await import('./book-session.svelte');

beforeEach(() => {
  relaxed = false;
  gate = Promise.resolve();
  highlightHits.mockClear();
  showHits.mockClear();
});

/** The search of a book that was opened at the second of three hits of a library search. */
async function openAtHit(query: string | null) {
  const session = new BookSession('book');
  const selection = { hits: ranked.slice(3, 6), index: 1, query };
  await session.open(document.createElement('div'), { selection, annotation: null }, () => undefined);
  return session.search;
}

it('BookSearch loads all hits around one that an exact search opened', async () => {
  const search = await openAtHit('whale');
  await vi.waitFor(() => expect(search.busy).toBe(false));
  // The fifth by rank is the 29th in reading order.
  expect([search.hits.length, search.current, search.query]).toEqual([TOTAL, 28, 'whale']);
  expect(search.counter).toBe('29 of 1,203');
  // The hit is opened once; the others are only highlighted.
  expect([showHits.mock.calls.length, highlightHits.mock.calls.length]).toEqual([1, 1]);
});

it('BookSearch knows only the best hits of a semantic search', async () => {
  const search = await openAtHit(null);
  expect([search.hits.length, search.busy, highlightHits.mock.calls.length]).toEqual([3, false, 0]);
  expect(search.counter).toBe('2 of the best 3');
});

it('BookSearch discards hits that arrive after it was cleared', async () => {
  const open: (() => void)[] = [];
  gate = new Promise((resolve) => void open.push(resolve));
  const search = await openAtHit('whale');
  expect([search.hits.length, search.busy]).toEqual([3, true]);
  await search.clear();
  open[0]?.();
  await new Promise((next) => setTimeout(next));
  expect([search.hits.length, search.busy]).toEqual([0, false]);
});

it('BookSearch finds every hit and steps through them in reading order', async () => {
  const { search } = new BookSession('book');
  await search.find('whale');
  const progressions = search.hits.map((hit) => hit.locator.locations.totalProgression);
  expect(progressions).toEqual(Array.from({ length: TOTAL }, (_, index) => index / TOTAL));
  expect(search.current).toBe(0);
  await search.step(-1);
  expect(search.current).toBe(TOTAL - 1);
});

it('BookSearch reports when no passage contains all words', async () => {
  const { search } = new BookSession('book');
  relaxed = true;
  await search.find('purple elephant');
  expect(search.relaxed).toBe(true);
  await search.clear();
  expect(search.relaxed).toBe(false);
});
