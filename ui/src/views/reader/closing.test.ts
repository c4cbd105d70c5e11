import { beforeEach, expect, it, vi } from 'vitest';
import type { Place } from '../../reader/bookview';

/** What the core was asked for, in order. */
const called: string[] = [];
/** Answers the core's last keeping of a place. */
let kept: () => void = () => undefined;
/** The core asks before it closes the window. */
let asks: () => void = () => undefined;
/** The reader turned a page. */
let moved: (place: Place) => void = () => undefined;

vi.mock('../../platform', () => ({
  failureOf: (error: unknown) => error,
  listen: (_: string, heard: () => void) => {
    asks = heard;
    return () => undefined;
  },
  call: (command: string) => {
    called.push(command);
    if (command === 'save_position') return new Promise<void>((resolve) => (kept = resolve));
    return Promise.resolve({ title: 'Book', position: null });
  },
}));
vi.mock('../../reader/bookview', () => ({
  BookView: class {
    element = document.createElement('div');
    start = () => undefined;
    focus = () => undefined;
    destroy = () => undefined;
    constructor(_: unknown, events: { moved: (place: Place) => void }) {
      moved = events.moved;
    }
  },
}));
vi.mock('../../state/notices.svelte', () => ({ notices: {} }));

const { Reading } = await import('./reading.svelte');
const { answerClosing } = await import('../../state/closing');

const rest = () => new Promise((next) => setTimeout(next));
const place = { byReading: true, locator: {} } as unknown as Place;

async function opened() {
  const reading = new Reading('book');
  await reading.open(document.createElement('div'), null, () => undefined);
  called.length = 0;
  return reading;
}

beforeEach(() => {
  called.length = 0;
  answerClosing();
});

it('lets the window close at once when there is nothing to keep', async () => {
  asks();
  await rest();
  expect(called).toEqual(['close_window']);
});

it('keeps the page that was just turned before the window closes', async () => {
  const reading = await opened();
  moved(place);
  asks();
  await rest();
  expect(called).toEqual(['save_position']);
  kept();
  await rest();
  expect(called).toEqual(['save_position', 'close_window']);
  await reading.close();
  expect(called.length).toBe(2);
});

it('waits for the place in a book that is being left', async () => {
  const reading = await opened();
  moved(place);
  const left = reading.close();
  asks();
  await rest();
  expect(called).toEqual(['save_position']);
  kept();
  await left;
  await rest();
  expect(called).toEqual(['save_position', 'close_window']);
});
