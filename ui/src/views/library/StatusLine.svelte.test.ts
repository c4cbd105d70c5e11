// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EmbeddingState, Status } from '../../platform';

const commands: unknown[] = [];
/** The core's answer to any command. */
let answer: Status;

vi.mock('../../platform', () => ({
  call: (command: string, args: unknown) => {
    commands.push([command, args]);
    return Promise.resolve(answer);
  },
}));

const { status } = await import('../../state/status.svelte');
const { default: StatusLine } = await import('./StatusLine.svelte');

/** Half of the passages are embedded, a quarter of them durably. */
function statusIn(state: EmbeddingState, modelMissing = false): Status {
  return {
    publications: 1,
    passages: 200,
    exactReady: 200,
    semanticReady: 50,
    embedding: { done: 100, total: 200, etaSeconds: null, state },
    modelMissing,
  };
}

let component: Record<string, unknown>;

beforeEach(() => {
  commands.length = 0;
  component = mount(StatusLine, { target: document.body });
});
afterEach(() => unmount(component));

function show(current: Status) {
  status.current = current;
  flushSync();
}

const button = () => document.querySelector<HTMLElement>('[data-testid="embedding-pause"]');
const text = () => document.querySelector('footer')?.textContent;

it('StatusLine describes every state of embedding', () => {
  const covers = 'Search by meaning covers 25% of your library';
  const pause = ['Pause', 'Pause preparing search by meaning'];
  const none = [undefined, undefined];
  const resume = ['Resume', 'Resume preparing search by meaning'];
  for (const [shown, expected, toggle] of [
    [statusIn('running'), 'Preparing search by meaning: 50%', pause],
    [statusIn('slowed'), 'Preparing search by meaning, slowly to save battery: 50%', pause],
    [statusIn('paused'), `${covers}; paused`, resume],
    [statusIn('due'), `${covers}; the rest will follow automatically`, pause],
    [statusIn('waiting'), `${covers}; the rest failed and will be retried later`, pause],
    [statusIn('done'), 'All books are searchable by words and meaning', none],
    [statusIn('waiting', true), 'Search by meaning is unavailable', none],
  ] as const) {
    show(shown);
    const { state } = shown.embedding;
    expect(text()).toContain(expected);
    expect([state, text()?.includes('paused')]).toEqual([state, state === 'paused']);
    expect([button()?.textContent, button()?.getAttribute('aria-label')]).toEqual(toggle);
  }
});

it('StatusLine toggles embedding and keeps the focus', async () => {
  show(statusIn('running'));
  const toggle = button();
  toggle?.focus();
  for (const [paused, state, label] of [
    [true, 'paused', 'Resume'],
    [false, 'due', 'Pause'],
  ] as const) {
    answer = statusIn(state);
    button()?.click();
    await new Promise((next) => setTimeout(next));
    flushSync();
    expect(commands.pop()).toEqual(['set_embedding_paused', { paused }]);
    expect(button()?.textContent).toBe(label);
    expect(document.activeElement).toBe(toggle);
  }
});
