//! Annotations as comma-separated values with the columns that Readwise imports.

use alexandria_domain::AnnotationKind;

use super::parts::notes;
use crate::address::BookAddress;
use crate::annotations::list::AnnotatedBook;

const HEADER: &str = "Highlight,Title,Author,URL,Note,Location,Date\r\n";

/// One row for each annotation that quotes text; bookmarks have none.
pub(super) fn readwise(books: &[AnnotatedBook]) -> String {
    let mut text = HEADER.to_owned();
    for book in books {
        for annotation in book.annotations.iter().filter(|annotation| annotation.kind != AnnotationKind::Bookmark) {
            let note: Vec<&str> = notes(annotation).collect();
            let date = jiff::Timestamp::from_millisecond(i64::try_from(annotation.created_ms).unwrap_or(i64::MAX));
            let cells = [
                annotation.anchor.text.highlight.clone(),
                book.title.clone(),
                book.authors.join(", "),
                BookAddress::of(annotation).to_string(),
                note.join("\n\n"),
                annotation.anchor.position.to_string(),
                date.map(|date| date.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default(),
            ];
            text.push_str(&cells.map(|value| cell(&value)).join(","));
            text.push_str("\r\n");
        }
    }
    text
}

/// A cell in quotation marks. One that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(value: &str) -> String {
    let guard = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", value.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trap of the research table: a spreadsheet formula in a note; the cell shows text.
    #[test]
    fn cell_shows_a_formula_as_text() {
        let check = |value: &str, expect: &str| assert_eq!(cell(value), expect);
        check("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
        check("-1", "\"'-1\"");
        check("a, \"b\"\nc", "\"a, \"\"b\"\"\nc\"");
    }
}
