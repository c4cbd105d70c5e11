import { beforeEach, expect, it, vi } from 'vitest';
import type { ReadingPosition } from '../../renderer/reading-position';

/** Commands sent to the core, in order. */
const commands: string[] = [];
/** Answers the latest `save_position`. */
let finishSave: () => void = () => undefined;
/** The core announces that it will close the window. */
let requestClose: () => void = () => undefined;
/** The reader turns a page. */
let moved: (position: ReadingPosition) => void = () => undefined;

vi.mock('../../platform', () => ({
  failureOf: (error: unknown) => error,
  listen: (_: string, handler: () => void) => {
    requestClose = handler;
    return () => undefined;
  },
  call: (command: string) => {
    commands.push(command);
    if (command === 'save_position') return new Promise<void>((resolve) => (finishSave = resolve));
    if (command === 'list_annotations') return Promise.resolve([]);
    return Promise.resolve({ title: 'Book', position: null });
  },
}));
vi.mock('../../renderer/bookview', () => ({
  BookView: class {
    element = document.createElement('div');
    start = () => undefined;
    focus = () => undefined;
    destroy = () => undefined;
    setAnnotations = () => undefined;
    constructor(_: unknown, events: { moved: (position: ReadingPosition) => void }) {
      moved = events.moved;
    }
  },
}));
vi.mock('../../state/toasts.svelte', () => ({ toasts: {} }));

const { BookSession } = await import('./book-session.svelte');
const { handleCloseRequests } = await import('../../state/close-request');

const settled = () => new Promise((resolve) => setTimeout(resolve));
const position = { fromReading: true, locator: {} } as unknown as ReadingPosition;

async function openSession() {
  const session = new BookSession('book');
  await session.open(document.createElement('div'), { selection: null, annotation: null }, () => undefined);
  commands.length = 0;
  return session;
}

beforeEach(() => {
  commands.length = 0;
  handleCloseRequests();
});

it('the window closes at once if there is nothing to save', async () => {
  requestClose();
  await settled();
  expect(commands).toEqual(['confirm_close']);
});

it('BookSession saves the position before the window closes', async () => {
  const session = await openSession();
  moved(position);
  requestClose();
  await settled();
  expect(commands).toEqual(['save_position']);
  finishSave();
  await settled();
  expect(commands).toEqual(['save_position', 'confirm_close']);
  await session.close();
  expect(commands.length).toBe(2);
});

it('BookSession delays the close request while it saves on leaving', async () => {
  const session = await openSession();
  moved(position);
  const closed = session.close();
  requestClose();
  await settled();
  expect(commands).toEqual(['save_position']);
  finishSave();
  await closed;
  await settled();
  expect(commands).toEqual(['save_position', 'confirm_close']);
});
