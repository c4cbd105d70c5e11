import { expect, it } from 'vitest';
import { MovementQueue } from './movement';

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A queue whose movements end one by one, and a log of what started. */
function queue() {
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const movements = new MovementQueue(() => void log.push('queued'));
  const movement = (name: string) => () => {
    log.push(name);
    return new Promise<void>((resolve) => void ends.push(resolve));
  };
  const finish = async () => {
    ends.shift()?.();
    await settled();
  };
  return { movements, movement, log, finish };
}

it('MovementQueue runs one movement at a time', async () => {
  const { movements, movement, log, finish } = queue();
  void movements.jump(movement('jump'));
  void movements.turn(movement('turn'));
  await settled();
  expect([log, movements.isTurning]).toEqual([['queued', 'queued', 'jump'], false]);
  await finish();
  expect([log.at(-1), movements.isTurning]).toEqual(['turn', true]);
  await finish();
  expect(movements.isTurning).toBe(false);
});

it('MovementQueue accepts a single turn while another one runs', async () => {
  const { movements, movement, log, finish } = queue();
  for (const name of ['a', 'b', 'c']) void movements.turn(movement(name));
  await settled();
  await finish();
  await finish();
  expect(log).toEqual(['queued', 'queued', 'a', 'b']);
});

it('MovementQueue skips a jump when another one follows', async () => {
  const { movements, movement, log, finish } = queue();
  for (const name of ['a', 'b', 'c']) void movements.jump(movement(name));
  await settled();
  await finish();
  expect(log).toEqual(['queued', 'queued', 'queued', 'c']);
});

it('MovementQueue continues after a movement that failed', async () => {
  const { movements, movement, log } = queue();
  await expect(movements.jump(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  void movements.jump(movement('next'));
  await settled();
  expect(log.at(-1)).toBe('next');
});
