//! `metadata.*.lua` of KOReader: `annotations`, or in older files `bookmarks`.

use alexandria_domain::HighlightStyle;

use super::colour;
use super::lua::{self, Literal};
use super::note::{ForeignNote, ForeignNotes, ForeignNotesError, quote};

const PROGRAM: &str = "koreader";

pub(super) fn read(text: &str) -> Result<ForeignNotes, ForeignNotesError> {
    let metadata = lua::read(text, PROGRAM)?;
    let properties = metadata.get("doc_props").or_else(|| metadata.get("stats")).unwrap_or(&Literal::Nil);
    let title = properties.text("title");
    // Authors are separated by line breaks.
    let authors: Vec<String> =
        properties.text("authors").lines().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let (list, is_old) = match (metadata.get("annotations"), metadata.get("bookmarks")) {
        (Some(annotations), _) => (annotations, false),
        (None, Some(bookmarks)) => (bookmarks, true),
        (None, None) => {
            let reason = "it has neither annotations nor bookmarks".to_owned();
            return Err(ForeignNotesError::Malformed { program: PROGRAM, reason });
        }
    };
    let (mut notes, mut skipped) = (Vec::new(), 0);
    for (_, entry) in list.entries() {
        let marked = if is_old { old_quote_and_note(entry) } else { quote_and_note(entry) };
        let Some((marked, note)) = marked else {
            skipped += 1;
            continue;
        };
        notes.push(ForeignNote {
            id: Some(entry.text("datetime").to_owned()).filter(|time| !time.is_empty()),
            title: title.to_owned(),
            authors: authors.clone(),
            quote: quote(marked),
            note: note.trim().to_owned(),
            colour: colour::named(entry.text("color")),
            style: style_of(entry.text("drawer")),
            ..ForeignNote::default()
        });
    }
    Ok(ForeignNotes { program: PROGRAM, notes, skipped })
}

/// A bookmark of a page has no end.
fn quote_and_note(entry: &Literal) -> Option<(&str, &str)> {
    entry.get("pos1").map(|_| (entry.text("text"), entry.text("note")))
}

/// In older files the marked text is in `notes`. `text` is the reader's note, or a description that quotes the marked text.
fn old_quote_and_note(entry: &Literal) -> Option<(&str, &str)> {
    let is_highlight = entry.get("highlighted") == Some(&Literal::Flag(true));
    let (marked, note) = (entry.text("notes"), entry.text("text"));
    is_highlight.then_some((marked, if note.contains(marked) { "" } else { note }))
}

fn style_of(drawer: &str) -> HighlightStyle {
    if drawer == "underscore" { HighlightStyle::Underline } else { HighlightStyle::Solid }
}
