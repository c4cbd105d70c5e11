//! Tables with a column of highlights, as Readwise exports and imports them.

use super::colour;
use super::note::{ForeignNote, ForeignNotes, ForeignNotesError, quote};

const PROGRAM: &str = "readwise";

/// The columns that are read, with the names that Readwise gives them in its export and in its template for imports.
const COLUMNS: [&[&str]; 6] =
    [&["highlight"], &["book title", "title"], &["book author", "author"], &["note"], &["color", "colour"], &["tags"]];

pub(super) fn read(text: &str) -> Result<ForeignNotes, ForeignNotesError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| ForeignNotesError::UnknownFormat)?.clone();
    let column =
        |names: &&[&str]| headers.iter().position(|header| names.contains(&header.trim().to_lowercase().as_str()));
    let columns = COLUMNS.each_ref().map(column);
    let [Some(_), Some(_), ..] = columns else { return Err(ForeignNotesError::UnknownFormat) };
    let (mut notes, mut skipped) = (Vec::new(), 0);
    for record in reader.records() {
        let record =
            record.map_err(|error| ForeignNotesError::Malformed { program: PROGRAM, reason: error.to_string() })?;
        let cells =
            columns.map(|column| column.and_then(|column| record.get(column)).map(unguarded).unwrap_or_default());
        let [highlight, title, author, note, colour, tags] = cells;
        if highlight.trim().is_empty() {
            skipped += 1;
            continue;
        }
        notes.push(ForeignNote {
            title: title.trim().to_owned(),
            authors: Some(author.trim().to_owned()).filter(|author| !author.is_empty()).into_iter().collect(),
            quote: quote(highlight),
            note: note.trim().to_owned(),
            colour: colour::named(colour),
            tags: tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            ..ForeignNote::default()
        });
    }
    Ok(ForeignNotes { program: PROGRAM, notes, skipped })
}

/// A cell without the apostrophe that keeps spreadsheets from computing it.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}
