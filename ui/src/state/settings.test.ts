import { beforeEach, expect, it, vi } from 'vitest';
import type { Settings } from '../platform';

/** Changes that wait for the core's answer, in order. */
const changes: { succeed: () => Promise<void>; fail: () => Promise<void> }[] = [];
/** The settings as stored by the core. */
let stored: Settings;
const showError = vi.fn();

vi.hoisted(() => vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined })));
vi.mock('./toasts.svelte', () => ({ toasts: { showError } }));
vi.mock('../platform', () => ({
  call: (command: string, change?: { name: string; value: string }) => {
    if (command === 'get_settings' || !change) return Promise.resolve(stored);
    return new Promise<Settings>((resolve, reject) => {
      const settled = () => new Promise<void>((next) => setTimeout(next));
      const { name, value } = change;
      const answer = { ...stored, [name]: name === 'autoLock' ? value : Number(value) };
      changes.push({
        succeed: () => {
          stored = answer;
          resolve(answer);
          return settled();
        },
        fail: () => {
          reject(new Error('the disk is full'));
          return settled();
        },
      });
    });
  },
}));

const { settings } = await import('./settings.svelte');

beforeEach(async () => {
  changes.length = 0;
  showError.mockClear();
  stored = { ...settings.current, fontSize: 18, autoLock: 'never' };
  await settings.load();
});

it('settings ignore the answer to an earlier change', async () => {
  void settings.step('fontSize', 1);
  void settings.step('fontSize', 1);
  expect(settings.current.fontSize).toBe(20);
  await changes[0]?.succeed();
  expect(settings.current.fontSize).toBe(20);
  await changes[1]?.succeed();
  expect(settings.current.fontSize).toBe(20);
});

it('settings undo a change that could not be saved', async () => {
  void settings.set('autoLock', 'five-minutes');
  await changes[0]?.fail();
  expect(settings.current.autoLock).toBe('never');
  expect(showError).toHaveBeenCalledOnce();
});
