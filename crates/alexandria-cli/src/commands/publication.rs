//! The JSON form of a publication.

use alexandria_library::Book;
use alexandria_library::domain::ReadingStatus;
use serde::Serialize;

/// A publication as `list` and `show` print it. Flat, because scripts read its fields by name.
#[derive(Debug, Serialize)]
pub(crate) struct PublicationJson {
    id: String,
    title: String,
    authors: Vec<String>,
    language: String,
    format: &'static str,
    sections: u32,
    passages: u32,
    searchability: &'static str,
    bytes: u64,
    added_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<SeriesJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    subjects: Vec<String>,
    identifiers: Vec<IdentifierJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progression: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort_title: Option<String>,
    /// 0 for none.
    rating: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// Whether the metadata is other than the file's.
    edited: bool,
}

#[derive(Debug, Serialize)]
struct SeriesJson {
    name: String,
    position: Option<String>,
}

#[derive(Debug, Serialize)]
struct IdentifierJson {
    scheme: String,
    value: String,
}

impl From<Book> for PublicationJson {
    fn from(book: Book) -> Self {
        let metadata = book.metadata;
        let series = metadata.series.map(|series| SeriesJson { name: series.name, position: series.position });
        let identifiers = metadata.identifiers.into_iter();
        Self {
            id: book.id.to_string(),
            title: metadata.title,
            authors: metadata.authors,
            language: metadata.language,
            format: book.format.name(),
            sections: book.sections,
            passages: book.passages,
            searchability: book.searchable.name(),
            bytes: book.bytes,
            added_ms: book.added_ms,
            series,
            publisher: metadata.publisher,
            published: metadata.published,
            subjects: metadata.subjects,
            identifiers: identifiers.map(|id| IdentifierJson { scheme: id.scheme, value: id.value }).collect(),
            description: metadata.description,
            progression: book.progression,
            sort_title: book.sort_title,
            rating: book.rating,
            status: book.status.map(ReadingStatus::name),
            edited: book.is_edited,
        }
    }
}
