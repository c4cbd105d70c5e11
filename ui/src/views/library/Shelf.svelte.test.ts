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
const { bookSelection } = await import('../../state/book-selection.svelte');

const row = (title: string) =>
  ({
    id: title,
    title,
    authors: [],
    searchable: 'semantic',
    progression: 0,
    status: null,
    rating: 0,
  }) as unknown as PublicationRow;

const removed: string[] = [];
const opened: string[] = [];
const props = $state({
  rows: [] as PublicationRow[],
  view: 'list' as const,
  arrangement: 'title list',
  onopen: (one: PublicationRow) => void opened.push(one.title),
  ondetails: () => undefined,
  onedit: () => undefined,
  onremove: (one: PublicationRow) => {
    removed.push(one.title);
    props.rows = props.rows.filter(({ id }) => id !== one.id);
    return Promise.resolve();
  },
});
let component: Record<string, unknown>;

beforeEach(() => {
  removed.length = 0;
  opened.length = 0;
  bookSelection.clear();
  props.rows = ['A', 'B', 'C', 'D'].map(row);
  component = mount(Shelf, { target: document.body, props });
  flushSync();
});
afterEach(() => unmount(component));

const button = (title: string) => document.querySelector<HTMLElement>(`[data-testid="book-${title}"]`);

async function press(key: string, repeat = false, modifiers: KeyboardEventInit = {}) {
  const options = { key, repeat, bubbles: true, cancelable: true, ...modifiers };
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', options));
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

const click = (title: string, modifiers: MouseEventInit = {}) =>
  button(title)?.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1, ...modifiers }));

it('Shelf selects with modifiers, and with plain clicks once something is selected', () => {
  click('A');
  expect([opened, [...bookSelection.ids]]).toEqual([['A'], []]);
  click('A', { ctrlKey: true });
  click('C', { shiftKey: true });
  expect([...bookSelection.ids]).toEqual(['A', 'B', 'C']);
  click('B');
  expect([opened, [...bookSelection.ids]]).toEqual([['A'], ['A', 'C']]);
  // The Enter key is a click without a pointer.
  click('B', { detail: 0 });
  expect(opened).toEqual(['A', 'B']);
});

it('Shelf selects with the keyboard alone', async () => {
  button('B')?.focus();
  await press(' ');
  expect([...bookSelection.ids]).toEqual(['B']);
  await press('ArrowDown', false, { shiftKey: true });
  expect([[...bookSelection.ids], document.activeElement]).toEqual([['B', 'C'], button('C')]);
  await press('a', false, { ctrlKey: true });
  expect(bookSelection.size).toBe(4);
  await press(' ');
  expect([...bookSelection.ids]).toEqual(['A', 'B', 'D']);
});
