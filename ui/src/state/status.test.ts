import { expect, it, vi } from 'vitest';
import type { EmbeddingProgress, EmbeddingState } from '../platform';

const handlers = new Map<string, (payload: EmbeddingProgress) => void>();
const commands: string[] = [];

vi.mock('../platform', () => ({
  listen: (event: string, handler: (payload: EmbeddingProgress) => void) => {
    handlers.set(event, handler);
    return () => undefined;
  },
  call: (command: string) => {
    commands.push(command);
    return Promise.resolve(null);
  },
}));
vi.mock('./toasts.svelte', () => ({ toasts: {} }));

const { status } = await import('./status.svelte');

it('status is reloaded when embedding stops', () => {
  status.start();
  const reloads = (state: EmbeddingState) => {
    commands.length = 0;
    handlers.get('embedding-progress')?.({ done: 1, total: 2, etaSeconds: null, state });
    return [state, commands.length];
  };
  const states = ['running', 'slowed', 'paused', 'due', 'waiting', 'done'] as const;
  expect(states.map(reloads)).toEqual([
    ['running', 0],
    ['slowed', 0],
    ['paused', 1],
    ['due', 1],
    ['waiting', 1],
    ['done', 1],
  ]);
});
