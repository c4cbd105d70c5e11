/**
 * The Content Security Policy of book pages. `default-src 'none'` covers scripts, frames and connections; images, styles,
 * fonts and media may come from the book only. The core sends the same directives with every answer of `book:`.
 */
// prettier-ignore
export const BOOK_CSP = "default-src 'none'; img-src book: http://book.localhost data:; style-src book: http://book.localhost 'unsafe-inline'; font-src book: http://book.localhost; media-src book: http://book.localhost; form-action 'none'; base-uri 'none'";
