import { expect, it } from 'vitest';
import { BOOK_CSP } from '../platform';
import { withPolicy } from './page';

function parsed(page: string): Document {
  return new DOMParser().parseFromString(withPolicy(page), 'text/html');
}

it('withPolicy puts the policy first, whatever the page contains', () => {
  for (const page of [
    '<!doctype html><html lang="de"><head><script>x</script><title>T</title></head><body>b</body></html>',
    '<script>x</script><p>no head',
    '<?xml version="1.0"?><html><body onload="x">b</body></html>',
    '<!-- --><meta http-equiv="Content-Security-Policy" content="script-src *"><p>b',
    '',
  ]) {
    const first = parsed(page).head.firstElementChild;
    expect([page, first?.getAttribute('http-equiv')]).toEqual([page, 'Content-Security-Policy']);
    expect(first?.getAttribute('content')).toBe(BOOK_CSP);
  }
});

it('BOOK_CSP blocks scripts and foreign resources', () => {
  expect(BOOK_CSP).toMatch(/^default-src 'none';/u);
  expect(BOOK_CSP).not.toMatch(/script|https:|\*|blob:/u);
});

it('withPolicy keeps the page’s own attributes and mode', () => {
  const page = parsed(
    '<!doctype html><html lang="de" dir="rtl"><head><title>T</title></head><body id="b">text</body></html>',
  );
  expect([
    page.documentElement.lang,
    page.documentElement.dir,
    page.title,
    page.body.id,
    page.compatMode,
  ]).toEqual(['de', 'rtl', 'T', 'b', 'CSS1Compat']);
});
