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
mod kindle;
mod koreader;
mod lua;
mod readest;
#[cfg(test)]
mod tests;
mod web_annotations;

use alexandria_domain::{Colour, HighlightStyle, Quote};

/// Most notes that are read from a file.
pub const MAX_FOREIGN_NOTES: usize = 100_000;

/// A highlight of another program, perhaps with a note.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForeignNote {
    /// Its id in that program, if it has one that stays the same.
    pub id: Option<String>,
    /// Title of the book; empty if the file does not say.
    pub title: String,
    /// Authors of the book, as written.
    pub authors: Vec<String>,
    /// The marked text.
    pub quote: Quote,
    /// How far into its section it is, 0 to 1, if that is known.
    pub progression: Option<f64>,
    /// The reader's words; may be empty.
    pub note: String,
    /// Its colour.
    pub colour: Colour,
    /// How it is drawn.
    pub style: HighlightStyle,
    /// Tags.
    pub tags: Vec<String>,
}

/// The notes of a file, and the program that wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignNotes {
    /// Name of the program or format, in lower case. Part of the identity of imported notes.
    pub program: &'static str,
    /// In the order of the file.
    pub notes: Vec<ForeignNote>,
    /// Bookmarks, drawings and notes without a marked text, which are not read.
    pub skipped: usize,
}

/// Why notes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignNotesError {
    /// None of the formats that are read.
    #[error(
        "this is no export of notes that Alexandria reads: Kindle's My Clippings.txt, a KOReader metadata file, a CSV file \
         of Readwise, an annotation set of Thorium or Alexandria, or an export of Readest or calibre"
    )]
    UnknownFormat,
    /// The bytes are no UTF-8.
    #[error("the file is not in UTF-8")]
    NotUtf8,
    /// The format is known, but the file is damaged or is something else.
    #[error("the {program} file cannot be read: {reason}")]
    Malformed {
        /// The format.
        program: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// There are more than are read.
    #[error("the file has more than {MAX_FOREIGN_NOTES} notes")]
    TooMany,
}

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

/// A quote without what is around it.
fn quote(text: &str) -> Quote {
    Quote { highlight: text.trim().to_owned(), ..Quote::default() }
}
