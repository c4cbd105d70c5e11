import { expect, it } from 'vitest';
import { resolveLink, type LinkTarget } from './links';

const sections = new Set(['text/one.xhtml', 'text/two words.xhtml', 'notes.xhtml']);

function check(href: string, expected: LinkTarget) {
  expect(resolveLink(href, 'text/one.xhtml', 'book://localhost/abc', (name) => sections.has(name))).toEqual(
    expected,
  );
}

const internal = (href: string, fragment: string | null = null): LinkTarget => ({
  kind: 'internal',
  href,
  fragment,
});

it('resolveLink finds sections of the book', () => {
  check('#note%201', internal('text/one.xhtml', 'note 1'));
  check('../notes.xhtml#n1', internal('notes.xhtml', 'n1'));
  check('two%20words.xhtml', internal('text/two words.xhtml'));
  check('notes.xhtml', internal('notes.xhtml'));
  check('book://localhost/abc/notes.xhtml#n1', internal('notes.xhtml', 'n1'));
});

it('resolveLink keeps web addresses external and rejects other schemes', () => {
  check('https://example.org/a#b', { kind: 'external', address: 'https://example.org/a#b' });
  check('javascript:alert(1)', { kind: 'invalid' });
  check('data:text/html,x', { kind: 'invalid' });
  check('missing.xhtml', { kind: 'invalid' });
});
