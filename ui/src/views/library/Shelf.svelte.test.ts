// @vitest-environment jsdom
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PublicationRow } from '../../platform';

vi.hoisted(() => {
  const observer = { observe: () => undefined, unobserve: () => undefined, disconnect: () => undefined };
  vi.stubGlobal('ResizeObserver', function ResizeObserver() {
    return observer;
  });
  // jsdom has no layout.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { value: 800 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { value: 900 });
});
vi.mock('../../platform', () => ({ thumbnailUrl: (id: string) => id }));
vi.mock('../../state/shelf.svelte', () => ({ shelf: { savedPosition: null } }));

const { default: Shelf } = await import('./Shelf.svelte');

const row = (title: string) =>
  ({ id: title, title, authors: [], searchable: 'semantic', progression: 0 }) as unknown as PublicationRow;

const removed: string[] = [];
const props = $state({
  rows: [] as PublicationRow[],
  view: 'list' as const,
  arrangement: 'title list',
  onopen: () => undefined,
  ondetails: () => undefined,
  onremove: (one: PublicationRow) => {
    removed.push(one.title);
    props.rows = props.rows.filter(({ id }) => id !== one.id);
    return Promise.resolve();
  },
});
let component: Record<string, unknown>;

beforeEach(() => {
  removed.length = 0;
  props.rows = ['A', 'B', 'C', 'D'].map(row);
  component = mount(Shelf, { target: document.body, props });
  flushSync();
});
afterEach(() => unmount(component));

const button = (title: string) => document.querySelector<HTMLElement>(`[data-testid="book-${title}"]`);

async function press(key: string, repeat = false) {
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, repeat, bubbles: true }));
  await new Promise((next) => setTimeout(next));
  await tick();
}

it('Shelf removes the focused book after others were inserted before it', async () => {
  button('C')?.focus();
  props.rows = ['1', '2', 'A', 'B', 'C', 'D'].map(row);
  await tick();
  expect([document.activeElement, button('C')?.tabIndex]).toEqual([button('C'), 0]);
  await press('Delete');
  expect(removed).toEqual(['C']);
  expect(document.activeElement).toBe(button('D'));
});

it('Shelf removes a single book while the key is held down', async () => {
  button('A')?.focus();
  await press('Delete');
  for (let repeat = 0; repeat < 5; repeat++) await press('Delete', true);
  expect(removed).toEqual(['A']);
});
