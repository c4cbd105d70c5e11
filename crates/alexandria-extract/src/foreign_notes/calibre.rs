//! Annotation collections of calibre. They name no book: the reader has to.

use alexandria_domain::HighlightStyle;
use serde_json::Value;

use super::colour;
use super::json_value::{list, string};
use super::note::{ForeignNote, ForeignNotes, quote};

pub(super) fn read(file: &Value) -> ForeignNotes {
    let (mut notes, mut skipped) = (Vec::new(), 0);
    for entry in list(file, "annotations") {
        // The viewer exports annotations as they are, the library with a frame around them.
        let annotation = entry.get("annotation").unwrap_or(entry);
        let is_removed = annotation.get("removed").and_then(Value::as_bool) == Some(true);
        if string(annotation, "type") != "highlight" || is_removed {
            skipped += 1;
            continue;
        }
        let style = annotation.get("style").unwrap_or(&Value::Null);
        notes.push(ForeignNote {
            id: Some(string(annotation, "uuid").to_owned()).filter(|id| !id.is_empty()),
            quote: quote(string(annotation, "highlighted_text")),
            note: string(annotation, "notes").trim().to_owned(),
            colour: colour::named(string(style, "which")),
            style: if string(style, "kind") == "decoration" {
                HighlightStyle::Underline
            } else {
                HighlightStyle::Solid
            },
            ..ForeignNote::default()
        });
    }
    ForeignNotes { program: "calibre", notes, skipped }
}
