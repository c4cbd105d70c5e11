import { expect, it } from 'vitest';
import { resolveLink, type LinkTarget } from './links';

const sections = new Set(['text/one.xhtml', 'text/two words.xhtml', 'notes.xhtml']);

function check(href: string, expected: LinkTarget) {
  expect(resolveLink(href, 'text/one.xhtml', 'book://localhost/abc', (name) => sections.has(name))).toEqual(
    expected,
  );
}

const inside = (href: string, fragment: string | null = null): LinkTarget => ({
  kind: 'inside',
  href,
  fragment,
});

it('follows links inside the book', () => {
  check('#note%201', inside('text/one.xhtml', 'note 1'));
  check('../notes.xhtml#n1', inside('notes.xhtml', 'n1'));
  check('two%20words.xhtml', inside('text/two words.xhtml'));
  check('notes.xhtml', inside('notes.xhtml'));
  check('book://localhost/abc/notes.xhtml#n1', inside('notes.xhtml', 'n1'));
});

it('shows links out of the book, and runs nothing', () => {
  check('https://example.org/a#b', { kind: 'outside', address: 'https://example.org/a#b' });
  check('javascript:alert(1)', { kind: 'nowhere' });
  check('data:text/html,x', { kind: 'nowhere' });
  check('missing.xhtml', { kind: 'nowhere' });
});
