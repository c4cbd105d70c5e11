import { expect, it } from 'vitest';
import { fitted, sizeOf } from './fixed';

function page(head: string): Document {
  return new DOMParser().parseFromString(`<head>${head}</head><body></body>`, 'text/html');
}

it('reads the size that a page says it has', () => {
  expect(sizeOf(page('<meta name="viewport" content="width=600, height=800">'))).toEqual({
    width: 600,
    height: 800,
  });
  for (const head of [
    '',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="viewport" content="width=600">',
    '<meta name="description" content="width=600, height=800">',
  ]) {
    expect(sizeOf(page(head)), head).toBeNull();
  }
});

it('makes a page as large as fits, and sets it in the middle', () => {
  expect(fitted({ width: 600, height: 800 }, { width: 1200, height: 800 })).toEqual({
    scale: 1,
    left: 300,
    top: 0,
  });
  expect(fitted({ width: 600, height: 800 }, { width: 300, height: 800 })).toEqual({
    scale: 0.5,
    left: 0,
    top: 400,
  });
  expect(fitted({ width: 1600, height: 800 }, { width: 800, height: 600 })).toEqual({
    scale: 0.5,
    left: 0,
    top: 200,
  });
});
