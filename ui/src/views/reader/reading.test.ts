import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../platform';

const TOTAL = 1_203;
let relaxed = false;

const at = (share: number) =>
  ({ locator: { href: 'one', locations: { totalProgression: share } } }) as unknown as SearchHit;
/** All hits, as the core ranks them: not in the order of the book. */
const ranked = Array.from({ length: TOTAL }, (_, number) => at(((number * 7) % TOTAL) / TOTAL));

/** What the core waits for before it answers a search. */
let gate = Promise.resolve();
const marked = vi.fn();
const went = vi.fn();

vi.mock('../../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (command: string, { offset = 0, limit = 0 }: { offset?: number; limit?: number }) =>
    command === 'search'
      ? gate.then(() => ({ hits: ranked.slice(offset, offset + limit), total: TOTAL, tookMs: 1, relaxed }))
      : Promise.resolve({ title: 'Book', position: null }),
}));
vi.mock('../../reader/bookview', () => ({
  BookView: class {
    element = document.createElement('div');
    showHits = went;
    markHits = marked;
    focus = () => undefined;
  },
}));
vi.mock('../../state/notices.svelte', () => ({ notices: { show: () => undefined } }));

const { Reading } = await import('./reading.svelte');

beforeEach(() => {
  relaxed = false;
  gate = Promise.resolve();
  marked.mockClear();
  went.mockClear();
});

/** A reading that was opened at the middle one of three hits which a search had loaded. */
async function opened(query: string | null) {
  const reading = new Reading('book');
  const passage = { hits: ranked.slice(3, 6), at: 1, query };
  await reading.open(document.createElement('div'), passage, () => undefined);
  return reading;
}

it('has every hit of the book around the one that a search by words opened', async () => {
  const reading = await opened('whale');
  await vi.waitFor(() => expect(reading.finding).toBe(false));
  // The fifth in rank is the 29th in the book.
  expect([reading.hits.length, reading.current, reading.asked]).toEqual([TOTAL, 28, 'whale']);
  expect(reading.count).toBe('29 of 1,203');
  // Its place is opened once; the others are marked where the reader is.
  expect([went.mock.calls.length, marked.mock.calls.length]).toEqual([1, 1]);
});

it('says that it knows only the best hits of a search by meaning', async () => {
  const reading = await opened(null);
  expect([reading.hits.length, reading.finding, marked.mock.calls.length]).toEqual([3, false, 0]);
  expect(reading.count).toBe('2 of the 3 best hits');
});

it('brings no hits back that the reader has closed', async () => {
  const waiting: (() => void)[] = [];
  gate = new Promise((resolve) => void waiting.push(resolve));
  const reading = await opened('whale');
  expect([reading.hits.length, reading.finding]).toEqual([3, true]);
  await reading.endHits();
  waiting[0]?.();
  await new Promise((next) => setTimeout(next));
  expect([reading.hits.length, reading.finding]).toEqual([0, false]);
});

it('finds every hit of a book and steps through them in its order', async () => {
  const reading = new Reading('book');
  await reading.find('whale');
  const shares = reading.hits.map((hit) => hit.locator.locations.totalProgression);
  expect(shares).toEqual(Array.from({ length: TOTAL }, (_, number) => number / TOTAL));
  expect(reading.current).toBe(0);
  await reading.goToHit(-1);
  expect(reading.current).toBe(TOTAL - 1);
});

it('says when no passage has all the words', async () => {
  const reading = new Reading('book');
  relaxed = true;
  await reading.find('purple elephant');
  expect(reading.relaxed).toBe(true);
  await reading.endHits();
  expect(reading.relaxed).toBe(false);
});
