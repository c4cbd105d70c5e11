import { expect, it, vi } from 'vitest';
import type { EmbeddingProgress, EmbeddingState } from '../platform';

const heard = new Map<string, (payload: EmbeddingProgress) => void>();
const asked: string[] = [];

vi.mock('../platform', () => ({
  listen: (event: string, handler: (payload: EmbeddingProgress) => void) => {
    heard.set(event, handler);
    return () => undefined;
  },
  call: (command: string) => {
    asked.push(command);
    return Promise.resolve(null);
  },
}));
vi.mock('./notices.svelte', () => ({ notices: {} }));

const { jobs } = await import('./jobs.svelte');

it('reads the status anew when the learning of meanings does not go on', () => {
  jobs.start();
  const reads = (state: EmbeddingState) => {
    asked.length = 0;
    heard.get('embedding-progress')?.({ done: 1, total: 2, etaSeconds: null, state });
    return [state, asked.length];
  };
  const states = ['running', 'slowed', 'paused', 'due', 'waiting', 'done'] as const;
  expect(states.map(reads)).toEqual([
    ['running', 0],
    ['slowed', 0],
    ['paused', 1],
    ['due', 1],
    ['waiting', 1],
    ['done', 1],
  ]);
});
