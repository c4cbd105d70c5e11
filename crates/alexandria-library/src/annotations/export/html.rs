//! Annotations as a web page that needs nothing else: to print, to read in a browser, to paste into a word processor.

use alexandria_domain::{Annotation, AnnotationKind, Colour};

use super::parts::{escaped, escaped_lines, notes, place};
use crate::address::BookAddress;
use crate::annotations::list::AnnotatedBook;

const HEAD: &str = "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Notes</title>\n<style>\n\
    body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 Georgia, serif; color: #222; background: #fff }\n\
    h1 { font-size: 1.6rem; margin: 2.5rem 0 0 }\n\
    h2 { font: 600 .85rem/1.4 system-ui, sans-serif; margin: 1.8rem 0 .4rem; color: #555 }\n\
    blockquote { margin: 0; padding-left: .8rem; border-left: .25rem solid var(--line) }\n\
    article { break-inside: avoid }\n\
    .authors, .tags, .open { font: .85rem/1.4 system-ui, sans-serif; color: #555 }\n\
    .authors { margin: .2rem 0 0 }\n\
    a { color: #1b5e7a }\n\
    </style>\n</head>\n<body>\n";

/// One page for all books.
pub(super) fn page(books: &[AnnotatedBook]) -> String {
    let books: String = books.iter().map(book).collect();
    format!("{HEAD}{books}</body>\n</html>\n")
}

fn book(book: &AnnotatedBook) -> String {
    let authors = match book.authors.join(", ") {
        authors if authors.is_empty() => String::new(),
        authors => format!("<p class=\"authors\">{}</p>\n", escaped(&authors)),
    };
    let articles: String = book.annotations.iter().map(article).collect();
    format!("<section>\n<h1>{}</h1>\n{authors}{articles}</section>\n", escaped(&book.title))
}

fn article(annotation: &Annotation) -> String {
    let bookmark = if annotation.kind == AnnotationKind::Bookmark { " (bookmark)" } else { "" };
    let quote = &annotation.anchor.text.highlight;
    let quote = if quote.trim().is_empty() {
        String::new()
    } else {
        let line = line_colour(annotation.colour);
        format!("<blockquote style=\"--line: {line}\">{}</blockquote>\n", escaped_lines(quote))
    };
    let notes: String = notes(annotation).map(|note| format!("<p>{}</p>\n", escaped_lines(note))).collect();
    let tags = if annotation.tags.is_empty() {
        String::new()
    } else {
        let tags: Vec<&str> = annotation.tags.iter().map(String::as_str).collect();
        format!("<p class=\"tags\">{}</p>\n", escaped(&tags.join(", ")))
    };
    format!(
        "<article>\n<h2>{}{bookmark}</h2>\n{quote}{notes}{tags}<p class=\"open\"><a href=\"{}\">Open</a></p>\n</article>\n",
        escaped(&place(annotation)),
        BookAddress::of(annotation),
    )
}

/// The colour of the line beside a quote. Its name is not shown: the line is an ornament.
const fn line_colour(colour: Colour) -> &'static str {
    match colour {
        Colour::Yellow => "#d9a400",
        Colour::Green => "#4c9a2a",
        Colour::Blue => "#2f7dc1",
        Colour::Pink => "#d0528f",
        Colour::Orange => "#d9711c",
        Colour::Purple => "#8a5cc0",
    }
}
