import { beforeEach, expect, it, vi } from 'vitest';
import type { SearchHit } from '../../platform';

const TOTAL = 1_203;
let relaxed = false;

const at = (share: number) =>
  ({ locator: { href: 'one', locations: { totalProgression: share } } }) as unknown as SearchHit;
/** All hits, as the core ranks them: not in the order of the book. */
const ranked = Array.from({ length: TOTAL }, (_, number) => at(((number * 7) % TOTAL) / TOTAL));

vi.mock('../../platform', () => ({
  failureOf: (error: unknown) => error,
  call: (_: string, { offset, limit }: { offset: number; limit: number }) =>
    Promise.resolve({ hits: ranked.slice(offset, offset + limit), total: TOTAL, tookMs: 1, relaxed }),
}));
vi.mock('../../reader/bookview', () => ({ BookView: undefined }));
vi.mock('../../state/notices.svelte', () => ({ notices: {} }));

const { Reading } = await import('./reading.svelte');

beforeEach(() => {
  relaxed = false;
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
