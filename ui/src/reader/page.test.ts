import { expect, it } from 'vitest';
import { guarded, PAGE_POLICY } from './page';

function parsed(page: string): Document {
  return new DOMParser().parseFromString(guarded(page), 'text/html');
}

it('puts the policy first, whatever the page holds', () => {
  for (const page of [
    '<!doctype html><html lang="de"><head><script>x</script><title>T</title></head><body>b</body></html>',
    '<script>x</script><p>no head',
    '<?xml version="1.0"?><html><body onload="x">b</body></html>',
    '<!-- --><meta http-equiv="Content-Security-Policy" content="script-src *"><p>b',
    '',
  ]) {
    const first = parsed(page).head.firstElementChild;
    expect([page, first?.getAttribute('http-equiv')]).toEqual([page, 'Content-Security-Policy']);
    expect(first?.getAttribute('content')).toBe(PAGE_POLICY);
  }
});

it('forbids script and everything that is not the book’s own', () => {
  expect(PAGE_POLICY).toMatch(/^default-src 'none';/u);
  expect(PAGE_POLICY).not.toMatch(/script|https:|\*|blob:/u);
});

it('leaves the page as it was', () => {
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
