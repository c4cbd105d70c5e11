//! Publications on the shelf.

use alexandria_library::{Book, domain};
use serde::Serialize;
use ts_rs::TS;

use super::Id;

/// A publication in a list. Flat, because it crosses to the UI as one JSON object.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicationRow {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    /// BCP 47 tag; empty when unknown.
    pub(crate) language: String,
    /// `epub`, `docx`, `odt`, `rtf`, `fb2`, `txt`, `md` or `html`.
    pub(crate) format: String,
    /// Name of the series.
    pub(crate) series: Option<String>,
    /// When it was imported, in milliseconds since 1970.
    pub(crate) added_at: u64,
    /// When it was last read on this device, in milliseconds since 1970.
    pub(crate) opened_at: Option<u64>,
    /// Progression of the reading position on this device, 0 to 1.
    pub(crate) progression: Option<f64>,
    /// Number of passages.
    pub(crate) passages: u32,
    pub(crate) searchable: Searchable,
    pub(crate) has_cover: bool,
}

/// How a publication can be searched now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Searchable {
    /// Not at all: it has no text.
    None,
    /// By words.
    Exact,
    /// By words and by meaning.
    Semantic,
}

/// All metadata of a publication.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicationDetails {
    /// As in a list.
    pub(crate) row: PublicationRow,
    pub(crate) publisher: Option<String>,
    /// Date of publication, as in the file.
    pub(crate) published: Option<String>,
    /// Plain text.
    pub(crate) description: Option<String>,
    pub(crate) subjects: Vec<String>,
    pub(crate) identifiers: Vec<Identifier>,
    /// Position in the series, as in the file.
    pub(crate) series_position: Option<String>,
    /// Number of sections.
    pub(crate) sections: u32,
    /// Size of the file in bytes.
    pub(crate) bytes: u64,
}

/// An identifier such as an ISBN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identifier {
    /// In lower case, such as `isbn`.
    pub(crate) scheme: String,
    pub(crate) value: String,
}

impl From<alexandria_library::Searchable> for Searchable {
    fn from(searchable: alexandria_library::Searchable) -> Self {
        match searchable {
            alexandria_library::Searchable::Nothing => Self::None,
            alexandria_library::Searchable::Exact => Self::Exact,
            alexandria_library::Searchable::Semantic => Self::Semantic,
        }
    }
}

impl From<Book> for PublicationRow {
    fn from(book: Book) -> Self {
        Self {
            id: book.id.into(),
            title: book.metadata.title,
            authors: book.metadata.authors,
            language: book.metadata.language,
            format: book.format.name().to_owned(),
            series: book.metadata.series.map(|series| series.name),
            added_at: book.added_ms,
            opened_at: book.opened_ms,
            progression: book.progression,
            passages: book.passages,
            searchable: book.searchable.into(),
            has_cover: book.has_cover,
        }
    }
}

impl From<Book> for PublicationDetails {
    fn from(book: Book) -> Self {
        let domain::Metadata { publisher, published, description, subjects, .. } = book.metadata.clone();
        let identifiers = book.metadata.identifiers.clone().into_iter();
        Self {
            publisher,
            published,
            description,
            subjects,
            identifiers: identifiers.map(|domain::Identifier { scheme, value }| Identifier { scheme, value }).collect(),
            series_position: book.metadata.series.clone().and_then(|series| series.position),
            sections: book.sections,
            bytes: book.bytes,
            row: book.into(),
        }
    }
}
