//! Exports of Readest: one book, its annotations, bookmarks and excerpts.

use alexandria_domain::HighlightStyle;
use serde_json::Value;

use super::colour;
use super::json_value::{list, string};
use super::note::{ForeignNote, ForeignNotes, quote};

pub(super) fn read(file: &Value) -> ForeignNotes {
    let book = file.get("book").unwrap_or(&Value::Null);
    let author = string(book, "author").trim();
    let (mut notes, mut skipped) = (Vec::new(), 0);
    for entry in list(file, "annotations") {
        // What a bookmark has as its text is a label, which need not be in the book.
        if string(entry, "type") == "bookmark" {
            skipped += 1;
            continue;
        }
        let style = if string(entry, "style") == "highlight" || string(entry, "style").is_empty() {
            HighlightStyle::Solid
        } else {
            HighlightStyle::Underline
        };
        notes.push(ForeignNote {
            id: Some(string(entry, "id").to_owned()).filter(|id| !id.is_empty()),
            title: string(book, "title").trim().to_owned(),
            authors: Some(author.to_owned()).filter(|author| !author.is_empty()).into_iter().collect(),
            quote: quote(string(entry, "text")),
            note: string(entry, "note").trim().to_owned(),
            colour: colour::named(string(entry, "color")),
            style,
            ..ForeignNote::default()
        });
    }
    ForeignNotes { program: "readest", notes, skipped }
}
