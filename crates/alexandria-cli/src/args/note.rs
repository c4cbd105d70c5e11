//! The arguments of `alexandria note`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum Note {
    /// List highlights, bookmarks and notes of all books, or of one
    List(NoteFilter),
    /// Mark a quote in a book, perhaps with a note
    Add(AddNote),
    /// Change a note, its colour or its tags
    Edit(EditNote),
    /// Delete highlights, bookmarks or notes
    Delete {
        /// Their ids, or unique prefixes of them
        #[arg(required = true, value_name = "NOTE-ID")]
        ids: Vec<String>,
    },
    /// Write highlights, bookmarks and notes for other programs; what is written is not encrypted
    Export(ExportNotes),
    /// Add highlights and notes from Kindle, KOReader, Readwise, Readest, Thorium or calibre
    ///
    /// Their books are found by title, their places by the marked text. Importing a file again adds nothing twice.
    Import(ImportNotes),
}

#[derive(Debug, Args)]
pub(crate) struct NoteFilter {
    /// Only of the book with this id, or a unique prefix of it
    #[arg(value_name = "BOOK-ID")]
    pub(crate) book: Option<String>,

    /// Only with this tag
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Option<String>,

    /// Only in this colour
    #[arg(long, value_enum)]
    pub(crate) colour: Option<ColourName>,
}

#[derive(Debug, Args)]
pub(crate) struct AddNote {
    /// Book id, or a unique prefix of it
    #[arg(value_name = "BOOK-ID")]
    pub(crate) book: String,

    /// The text to mark, as it is in the book; the first occurrence is marked
    #[arg(value_name = "QUOTE")]
    pub(crate) quote: String,

    /// Words about it, in Markdown
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) note: String,

    /// Its colour
    #[arg(long, value_enum, default_value_t = ColourName::Yellow)]
    pub(crate) colour: ColourName,

    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct EditNote {
    /// The id of the note, or a unique prefix of it
    #[arg(value_name = "NOTE-ID")]
    pub(crate) id: String,

    /// New text of the note, in Markdown; empty to remove it
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,

    /// Another colour
    #[arg(long, value_enum)]
    pub(crate) colour: Option<ColourName>,

    /// Add a tag; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) add_tags: Vec<String>,

    /// Remove a tag; may be repeated
    #[arg(long = "untag", value_name = "TAG")]
    pub(crate) remove_tags: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportNotes {
    /// A Kindle's My Clippings.txt, a metadata file of KOReader, a CSV file of Readwise, or the JSON of another program
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The book that the notes are on, whatever the file says: its id, or a unique prefix of it
    #[arg(long, value_name = "BOOK-ID")]
    pub(crate) book: Option<String>,

    /// Only say what would be added
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportNotes {
    #[command(flatten)]
    pub(crate) filter: NoteFilter,

    /// The form
    #[arg(long, value_enum, default_value_t = NoteForm::Markdown)]
    pub(crate) format: NoteForm,

    /// Write to this file instead of the terminal; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColourName {
    Yellow,
    Green,
    Blue,
    Pink,
    Orange,
    Purple,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoteForm {
    /// Markdown
    Markdown,
    /// Markdown for Obsidian
    Obsidian,
    /// Comma-separated values for Readwise and spreadsheets
    Csv,
    /// A web page, to print or to read in a browser
    Html,
    /// Cards for Anki
    Anki,
    /// W3C Web Annotations in the profile of Readium
    JsonLd,
}
