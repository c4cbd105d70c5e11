import { beforeEach, expect, it, vi } from 'vitest';
import type { Settings } from '../platform';

const waiting: { keep: () => Promise<void>; fail: () => Promise<void> }[] = [];
/** What the core has; it takes changes in the order they come, and answers when a test lets it. */
let kept: Settings;
const shown = vi.fn();

vi.hoisted(() => vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined })));
vi.mock('./notices.svelte', () => ({ notices: { showFailure: shown } }));
vi.mock('../platform', () => ({
  call: (command: string, change?: { name: string; value: string }) => {
    if (command === 'get_settings' || !change) return Promise.resolve(kept);
    return new Promise<Settings>((resolve, reject) => {
      const rest = () => new Promise<void>((next) => setTimeout(next));
      const { name, value } = change;
      const answer = { ...kept, [name]: name === 'autoLock' ? value : Number(value) };
      waiting.push({
        keep: () => {
          kept = answer;
          resolve(answer);
          return rest();
        },
        fail: () => {
          reject(new Error('the disk is full'));
          return rest();
        },
      });
    });
  },
}));

const { preferences } = await import('./settings.svelte');

beforeEach(async () => {
  waiting.length = 0;
  shown.mockClear();
  kept = { ...preferences.all, fontSize: 18, autoLock: 'never' };
  await preferences.load();
});

it('is not set back by an answer to an earlier change', async () => {
  void preferences.step('fontSize', 1);
  void preferences.step('fontSize', 1);
  expect(preferences.all.fontSize).toBe(20);
  await waiting[0]?.keep();
  expect(preferences.all.fontSize).toBe(20);
  await waiting[1]?.keep();
  expect(preferences.all.fontSize).toBe(20);
});

it('promises nothing that could not be kept', async () => {
  void preferences.set('autoLock', 'five-minutes');
  await waiting[0]?.fail();
  expect(preferences.all.autoLock).toBe('never');
  expect(shown).toHaveBeenCalledOnce();
});
