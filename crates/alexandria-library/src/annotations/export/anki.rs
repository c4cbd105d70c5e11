//! Annotations as notes for Anki, in the text form with a header that Anki has read since version 2.1.54.
//!
//! The first column is the id, so a second import changes the cards of the first instead of adding others.

use alexandria_domain::{Annotation, AnnotationKind};

use super::parts::{escaped, escaped_lines, notes, one_line, one_word};
use crate::address::BookAddress;
use crate::annotations::list::AnnotatedBook;

const HEADER: &str = "#separator:Tab\n#html:true\n#guid column:1\n#deck column:2\n#tags column:5\n";

/// A card for each annotation that quotes text: the quote on the front, the note and the book on the back.
pub(super) fn cards(books: &[AnnotatedBook]) -> String {
    let mut text = HEADER.to_owned();
    for book in books {
        for annotation in book.annotations.iter().filter(|annotation| annotation.kind != AnnotationKind::Bookmark) {
            let tags: Vec<String> = annotation.tags.iter().map(|tag| one_word(tag)).collect();
            let cells = [
                annotation.id.to_string(),
                deck(&book.title),
                escaped_lines(&annotation.anchor.text.highlight),
                back(book, annotation),
                tags.join(" "),
            ];
            text.push_str(&cells.map(|value| cell(&value)).join("\t"));
            text.push('\n');
        }
    }
    text
}

fn back(book: &AnnotatedBook, annotation: &Annotation) -> String {
    let mut lines: Vec<String> = notes(annotation).map(escaped_lines).collect();
    let source = std::iter::once(book.title.as_str()).chain(book.authors.iter().map(String::as_str));
    let source = one_line(&source.collect::<Vec<_>>().join(", "));
    lines.push(format!("<a href=\"{}\">{}</a>", BookAddress::of(annotation), escaped(&source)));
    lines.join("<br><br>")
}

/// A deck for the book below the one for all. Two colons would begin a deck below that.
fn deck(title: &str) -> String {
    format!("Alexandria::{}", one_line(title).replace("::", ":"))
}

/// A cell without tabs and line breaks, in quotation marks.
fn cell(value: &str) -> String {
    format!("\"{}\"", one_line(value).replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_is_one_line_in_quotation_marks() {
        let check = |value: &str, expect: &str| assert_eq!(cell(value), expect);
        check("a\tb\nc", "\"a b c\"");
        check("say \"so\"", "\"say \"\"so\"\"\"");
        assert_eq!(deck("One::Two\nThree"), "Alexandria::One:Two Three");
    }
}
