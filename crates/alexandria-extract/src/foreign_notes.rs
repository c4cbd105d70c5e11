//! Highlights and notes that other programs have written: the text of their exports in, notes with their quotes out.
//!
//! The format is recognised by the content. Nothing in a file is run, and nothing in it is trusted: sizes and depths are
//! bounded. Where a quote is in a book is not decided here, because renderers count pages and positions differently; a
//! position only helps to choose between equal quotes. Absent: notes within books and PDFs, and bookmarks, whose place other
//! programs give in terms of their own pages.

mod calibre;
mod colour;
mod csv;
mod json;
mod json_value;
mod kindle;
mod koreader;
mod lua;
mod note;
mod readest;
#[cfg(test)]
mod tests;
mod web_annotations;

pub use self::note::{ForeignNote, ForeignNotes, ForeignNotesError, MAX_FOREIGN_NOTES};

/// Reads the notes of a file.
///
/// # Errors
/// When the format is not known, or the file is damaged.
pub fn foreign_notes(bytes: &[u8]) -> Result<ForeignNotes, ForeignNotesError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ForeignNotesError::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    let mut found = if start.starts_with(['{', '[']) {
        json::read(start)?
    } else if lua::is_table(start) {
        koreader::read(start)?
    } else if kindle::is_clippings(text) {
        kindle::read(text)
    } else {
        csv::read(text)?
    };
    let all = found.notes.len();
    found.notes.retain(|note| !note.quote.highlight.trim().is_empty());
    found.skipped += all - found.notes.len();
    if found.notes.len() > MAX_FOREIGN_NOTES { Err(ForeignNotesError::TooMany) } else { Ok(found) }
}
