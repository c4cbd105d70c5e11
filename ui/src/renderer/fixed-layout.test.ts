import { expect, it } from 'vitest';
import { fitWithin, fixedSizeOf } from './fixed-layout';

function page(head: string): Document {
  return new DOMParser().parseFromString(`<head>${head}</head><body></body>`, 'text/html');
}

it('fixedSizeOf reads the declared viewport in pixels', () => {
  expect(fixedSizeOf(page('<meta name="viewport" content="width=600, height=800">'))).toEqual({
    width: 600,
    height: 800,
  });
  for (const head of [
    '',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="viewport" content="width=600">',
    '<meta name="description" content="width=600, height=800">',
  ]) {
    expect(fixedSizeOf(page(head)), head).toBeNull();
  }
});

it('fitWithin scales a page to fit and centres it', () => {
  expect(fitWithin({ width: 600, height: 800 }, { width: 1200, height: 800 })).toEqual({
    scale: 1,
    left: 300,
    top: 0,
  });
  expect(fitWithin({ width: 600, height: 800 }, { width: 300, height: 800 })).toEqual({
    scale: 0.5,
    left: 0,
    top: 400,
  });
  expect(fitWithin({ width: 1600, height: 800 }, { width: 800, height: 600 })).toEqual({
    scale: 0.5,
    left: 0,
    top: 200,
  });
});
