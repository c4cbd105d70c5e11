//! Publications on the shelf.

use alexandria_library::{Book, domain};
use serde::Serialize;
use ts_rs::TS;

use super::Id;

/// A publication as the shelf shows it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicationRow {
    /// Its id.
    pub(crate) id: Id,
    /// Its title.
    pub(crate) title: String,
    /// Its authors.
    pub(crate) authors: Vec<String>,
    /// BCP 47 tag of its language; empty when unknown.
    pub(crate) language: String,
    /// `epub`, `txt`, `md` or `html`.
    pub(crate) format: String,
    /// Name of its series.
    pub(crate) series: Option<String>,
    /// When it was imported, in milliseconds since 1970.
    pub(crate) added_at: u64,
    /// When it was last read on this device, in milliseconds since 1970.
    pub(crate) opened_at: Option<u64>,
    /// How far it has been read, 0 to 1.
    pub(crate) progression: Option<f64>,
    /// Number of its passages.
    pub(crate) passages: u32,
    /// How it can be searched by now.
    pub(crate) searchable: Searchable,
    /// Whether it has a cover image.
    pub(crate) has_cover: bool,
}

/// How a publication can be searched by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Searchable {
    /// Not at all: it has no text.
    None,
    /// By its words.
    Exact,
    /// By its words and by meaning.
    Semantic,
}

/// All that is known about a publication.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicationDetails {
    /// What the shelf shows.
    pub(crate) row: PublicationRow,
    /// Its publisher.
    pub(crate) publisher: Option<String>,
    /// Its date of publication as the file has it.
    pub(crate) published: Option<String>,
    /// Its description, as plain text.
    pub(crate) description: Option<String>,
    /// Its subjects.
    pub(crate) subjects: Vec<String>,
    /// Its identifiers.
    pub(crate) identifiers: Vec<Identifier>,
    /// Its place in the series as the file has it.
    pub(crate) series_position: Option<String>,
    /// Number of its sections.
    pub(crate) sections: u32,
    /// Size of its file in bytes.
    pub(crate) bytes: u64,
}

/// An identifier such as an ISBN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identifier {
    /// Its scheme in lower case.
    pub(crate) scheme: String,
    /// Its value.
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
