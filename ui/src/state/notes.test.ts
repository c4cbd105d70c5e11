import { beforeEach, expect, it, vi } from 'vitest';
import type { AnnotatedBook, Annotation } from '../platform';
import type { ToastAction } from './toasts.svelte';

interface Edit {
  id: string;
  deleted: boolean;
}

/** What the core has, and whether its next command fails. */
let stored: Annotation[] = [];
let fails = false;
const exported: unknown[] = [];
const shown: { text: string; action: ToastAction | null }[] = [];
const errors: unknown[] = [];
let deleted: string[] = [];

const annotation = (id: string, tags: string[] = []) =>
  ({ id, publication: 'book', tags, note: '', otherNotes: [] }) as unknown as Annotation;

function books(): AnnotatedBook[] {
  const annotations = stored.filter(({ id }) => !deleted.includes(id));
  return annotations.length === 0 ? [] : [{ id: 'book', title: 'Book', authors: [], annotations }];
}

vi.mock('../platform', () => ({
  failureOf: (error: unknown) => error,
  listen: () => () => undefined,
  call: (command: string, args: Edit) => {
    if (fails) return Promise.reject(new Error('io'));
    if (command === 'annotated_books') return Promise.resolve(books());
    if (command === 'export_annotations') exported.push(args);
    else deleted = args.deleted ? [...deleted, args.id] : deleted.filter((id) => id !== args.id);
    return Promise.resolve(true);
  },
}));
vi.mock('./toasts.svelte', () => ({
  toasts: {
    show: (text: string, action: ToastAction | null = null) => shown.push({ text, action }),
    showError: (error: unknown) => errors.push(error),
  },
}));

const { notes } = await import('./notes.svelte');

const ids = () => notes.books.flatMap(({ annotations }) => annotations.map(({ id }) => id));

beforeEach(async () => {
  [stored, fails, deleted] = [[annotation('1', ['sea']), annotation('2')], false, []];
  [exported, shown, errors].forEach((list) => (list.length = 0));
  notes.clearFilter();
  await notes.refresh();
});

it('a note that could not be deleted stays', async () => {
  fails = true;
  await notes.remove(annotation('1'));
  expect([ids(), errors.length, shown.length]).toEqual([['1', '2'], 1, 0]);
});

it('a deleted note is gone, and undo brings it back', async () => {
  await notes.remove(annotation('1'));
  expect(ids()).toEqual(['2']);
  await shown[0]?.action?.run();
  expect(ids()).toEqual(['1', '2']);
});

it('a filter by a tag that no note has any more is dropped', async () => {
  notes.narrow({ tag: 'sea', words: 'kept' });
  await notes.refresh();
  expect(notes.filter).toMatchObject({ tag: 'sea', words: 'kept' });
  await notes.remove(annotation('1'));
  expect(notes.filter).toMatchObject({ tag: null, words: 'kept' });
});

it('notes that were loaded stay when reloading fails', async () => {
  fails = true;
  await notes.refresh();
  expect([ids(), notes.failure === null]).toEqual([['1', '2'], false]);
  fails = false;
  await notes.refresh();
  expect(notes.failure).toBe(null);
});

it('what is exported is what was given', async () => {
  await notes.export([annotation('2')], 'csv');
  expect([exported, shown.length]).toEqual([[{ annotations: ['2'], format: 'csv' }], 1]);
});
