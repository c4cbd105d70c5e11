import { expect, it } from 'vitest';
import { actionOf, isForControl } from './shortcuts';

function check(init: KeyboardEventInit, expected: ReturnType<typeof actionOf>, rightToLeft = false) {
  expect([init, actionOf(new KeyboardEvent('keydown', init), rightToLeft)]).toEqual([init, expected]);
}

it('actionOf turns pages in the direction of the book', () => {
  check({ key: 'ArrowRight' }, 'next');
  check({ key: 'ArrowRight' }, 'previous', true);
  check({ key: ' ' }, 'next');
  check({ key: ' ', shiftKey: true }, 'previous');
  check({ key: 'ArrowRight', shiftKey: true }, null);
});

it('actionOf leaves unknown keys to the browser', () => {
  check({ key: 'f', ctrlKey: true }, 'find');
  check({ key: 'F3', shiftKey: true }, 'previousHit');
  check({ key: 'n' }, 'nextHit');
  check({ key: 't' }, 'contents');
  check({ key: '+' }, 'larger');
  check({ key: 'ArrowLeft', altKey: true }, 'back');
  check({ key: 'c', ctrlKey: true }, null);
  check({ key: 'x' }, null);
});

it('isForControl leaves controls their own keys', () => {
  document.body.innerHTML = `<input id="text"><input id="slider" type="range"><button id="button"></button>
    <div role="dialog"><button id="inside"></button></div><p id="page"></p>`;
  for (const [id, key, expected] of [
    ['text', 'n', true],
    ['text', 'Escape', false],
    ['slider', 'ArrowLeft', true],
    ['slider', 'n', false],
    ['button', ' ', true],
    ['button', 'ArrowDown', false],
    ['inside', 'ArrowDown', true],
    ['page', ' ', false],
  ] as const) {
    const event = new KeyboardEvent('keydown', { key, bubbles: true });
    document.getElementById(id)?.dispatchEvent(event);
    expect([id, key, isForControl(event)]).toEqual([id, key, expected]);
  }
});
