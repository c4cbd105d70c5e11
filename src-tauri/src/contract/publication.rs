//! Publications on the shelf.

use alexandria_library::{Book, domain};
use serde::Serialize;
use ts_rs::TS;

use super::{Id, ReadingStatus};

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
    /// Position in the series, as written.
    pub(crate) series_position: Option<String>,
    /// The title that the reader sorts it by, if it is another.
    pub(crate) sort_title: Option<String>,
    /// Date of publication, as written.
    pub(crate) published: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Stars, 1 to 5; 0 for none.
    pub(crate) rating: u8,
    pub(crate) status: Option<ReadingStatus>,
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
    /// Plain text.
    pub(crate) description: Option<String>,
    pub(crate) identifiers: Vec<Identifier>,
    /// Whether the reader has changed the metadata.
    pub(crate) is_edited: bool,
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
        let series = book.metadata.series;
        Self {
            id: book.id.into(),
            title: book.metadata.title,
            authors: book.metadata.authors,
            language: book.metadata.language,
            format: book.format.name().to_owned(),
            series: series.as_ref().map(|series| series.name.clone()),
            series_position: series.and_then(|series| series.position),
            sort_title: book.sort_title,
            published: book.metadata.published,
            tags: book.metadata.subjects,
            rating: book.rating,
            status: book.status.map(ReadingStatus::from),
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
        let domain::Metadata { publisher, description, .. } = book.metadata.clone();
        let identifiers = book.metadata.identifiers.clone().into_iter();
        Self {
            publisher,
            description,
            identifiers: identifiers.map(|domain::Identifier { scheme, value }| Identifier { scheme, value }).collect(),
            is_edited: book.is_edited,
            sections: book.sections,
            bytes: book.bytes,
            row: book.into(),
        }
    }
}
