// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EmbeddingState, Status } from '../../platform';

const asked: unknown[] = [];
/** What the core answers. */
let answer: Status;

vi.mock('../../platform', () => ({
  call: (command: string, args: unknown) => {
    asked.push([command, args]);
    return Promise.resolve(answer);
  },
}));

const { jobs } = await import('../../state/jobs.svelte');
const { default: StatusLine } = await import('./StatusLine.svelte');

/** Half of the passages have been learned, a quarter of them safely. */
function status(state: EmbeddingState, modelMissing = false): Status {
  return {
    publications: 1,
    passages: 200,
    exactReady: 200,
    semanticReady: 50,
    embedding: { done: 100, total: 200, etaSeconds: null, state },
    modelMissing,
  };
}

let line: Record<string, unknown>;

beforeEach(() => {
  asked.length = 0;
  line = mount(StatusLine, { target: document.body });
});
afterEach(() => unmount(line));

function show(shown: Status) {
  jobs.status = shown;
  flushSync();
}

const button = () => document.querySelector<HTMLElement>('[data-testid="embedding-pause"]');
const said = () => document.querySelector('footer')?.textContent;

it('says what is so, and that it is paused only when it is', () => {
  const covers = 'Search by meaning covers 25% of your library';
  const pause = ['Pause', 'Pause learning the meaning of your books'];
  const none = [undefined, undefined];
  const resume = ['Resume', 'Resume learning the meaning of your books'];
  for (const [shown, text, turn] of [
    [status('running'), 'Learning the meaning of your books: 50%', pause],
    [status('slowed'), 'Learning the meaning of your books, slowly to spare the battery: 50%', pause],
    [status('paused'), `${covers}; paused`, resume],
    [status('due'), `${covers}; the rest follows by itself`, pause],
    [status('waiting'), `${covers}; the rest did not succeed and is tried again later`, pause],
    [status('done'), 'All searchable by words and meaning', none],
    [status('waiting', true), 'Search by meaning is unavailable', none],
  ] as const) {
    show(shown);
    const { state } = shown.embedding;
    expect(said()).toContain(text);
    expect([state, said()?.includes('paused')]).toEqual([state, state === 'paused']);
    const found = button();
    expect([found?.textContent, found?.getAttribute('aria-label')]).toEqual(turn);
  }
});

it('asks for the other, shows what the core answers, and keeps the focus', async () => {
  show(status('running'));
  const turn = button();
  turn?.focus();
  for (const [paused, then, label] of [
    [true, 'paused', 'Resume'],
    [false, 'due', 'Pause'],
  ] as const) {
    answer = status(then);
    button()?.click();
    await new Promise((next) => setTimeout(next));
    flushSync();
    expect(asked.pop()).toEqual(['set_embedding_paused', { paused }]);
    expect(button()?.textContent).toBe(label);
    expect(document.activeElement).toBe(turn);
  }
});
