import { expect, it, vi } from 'vitest';

/** Completes the registration of a listener. */
const registrations: (() => void)[] = [];
const commands: string[] = [];

vi.mock('../platform', () => ({
  listen: () =>
    Object.assign(() => undefined, {
      ready: new Promise<void>((resolve) => void registrations.push(resolve)),
    }),
  call: (command: string) => {
    commands.push(command);
    return Promise.resolve(null);
  },
}));
vi.mock('./toasts.svelte', () => ({ toasts: {} }));

const { imports } = await import('./imports.svelte');

const settled = () => new Promise((resolve) => setTimeout(resolve));

it('imports start queued files only once every listener is ready', async () => {
  imports.start();
  expect(registrations.length).toBeGreaterThan(2);
  for (const register of registrations) {
    await settled();
    expect(commands).not.toContain('subscribe_events');
    register();
  }
  await settled();
  expect(commands).toContain('subscribe_events');
});
