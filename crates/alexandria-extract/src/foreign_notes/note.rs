//! A note of another program, and why there is none.

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

/// A quote without what is around it.
pub(super) fn quote(text: &str) -> Quote {
    Quote { highlight: text.trim().to_owned(), ..Quote::default() }
}
