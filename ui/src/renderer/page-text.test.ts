import { expect, it } from 'vitest';
import { PageText } from './page-text';

function page(body: string): Document {
  return new DOMParser().parseFromString(`<!doctype html><body>${body}</body>`, 'text/html');
}

function check(body: string, [before, highlight, after]: [string, string, string], expected: string | null) {
  const range = new PageText(page(body)).find({ before, highlight, after }, 0);
  expect(range?.toString() ?? null).toBe(expected);
}

it('PageText.find matches across elements', () => {
  check('<p>Call <b>me</b></p>\n<p>Ishmael.</p>', ['', 'me Ishmael', '.'], 'me\nIshmael');
  check('<p>white</p><p>black</p>', ['', 'red', ''], null);
});

it('PageText.find ignores skipped elements', () => {
  check('<p>word<sup data-alx-skip><a>1</a></sup>s here</p>', ['', 'words here', ''], 'word1s here');
  check('<p data-alx-skip>hidden</p><style>p{}</style><p>shown</p>', ['', 'hidden', ''], null);
});

it('PageText.indexOf counts significant characters', () => {
  const document = page('<p>ab cd</p><p data-alx-skip>xx</p><p>ef</p>');
  const text = new PageText(document);
  const [first, , last] = document.querySelectorAll('p');
  expect(text.indexOf(first?.firstChild as Node, 3)).toBe(2);
  expect(text.indexOf(last as Node, 0)).toBe(4);
  expect(text.indexOf(document.body, 0)).toBe(0);
  expect(text.indexOf(document.body, 3)).toBe(6);
});

it('PageText.quote collapses white space', () => {
  const text = new PageText(page('<p>One two</p>\n<p>three  four</p>'));
  expect(text.quote(3, 8, 4)).toEqual({ before: 'One', highlight: 'two three', after: 'four' });
});
