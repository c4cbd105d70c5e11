//! The Content Security Policy of book content, defined once: written into every page here, sent with every response and
//! set on every frame by the window.

/// What a page of a book may load: the book's own images, styles, fonts and media. No script, frame, form or connection,
/// and nothing from a network.
pub const BOOK_CSP: &str = "default-src 'none'; img-src book: http://book.localhost data:; \
    style-src book: http://book.localhost 'unsafe-inline'; font-src book: http://book.localhost; \
    media-src book: http://book.localhost; form-action 'none'; base-uri 'none'";
