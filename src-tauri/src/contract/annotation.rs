//! Highlights, bookmarks and notes.

use std::collections::HashSet;

use alexandria_library::{AnnotatedBook as Book, AnnotationEdit, ExportFormat, domain};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::parse_id;
use super::{CommandError, Id, Locator};

/// What the reader has put at a place in a publication.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Annotation {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) publication: Id,
    pub(crate) kind: AnnotationKind,
    /// Its quote says what is marked.
    pub(crate) locator: Locator,
    pub(crate) colour: Colour,
    pub(crate) style: HighlightStyle,
    /// Markdown; empty if there is none.
    pub(crate) note: String,
    /// Versions of the note from devices that did not know of each other.
    pub(crate) other_notes: Vec<String>,
    pub(crate) tags: Vec<String>,
    /// In milliseconds since 1970.
    pub(crate) created_at: u64,
}

/// A publication with annotations.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub(crate) struct AnnotatedBook {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    /// In the order of the text.
    pub(crate) annotations: Vec<Annotation>,
}

/// Declares the UI's counterparts of the domain's choices.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($value:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $name {
            $(#[doc = concat!("See `alexandria_domain::", stringify!($name), "::", stringify!($value), "`.")] $value),+
        }

        impl From<domain::$name> for $name {
            fn from(value: domain::$name) -> Self {
                match value { $(domain::$name::$value => Self::$value),+ }
            }
        }

        impl From<$name> for domain::$name {
            fn from(value: $name) -> Self {
                match value { $($name::$value => Self::$value),+ }
            }
        }
    )+};
}

choices! {
    /// What an annotation is.
    AnnotationKind { Highlight, Bookmark, Note, Area }
    /// The colour of an annotation; the theme says how it looks.
    Colour { Yellow, Green, Blue, Pink, Orange, Purple }
    /// How marked text is drawn.
    HighlightStyle { Solid, Underline }
}

/// An annotation to make.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct NewAnnotation {
    id: Id,
    kind: AnnotationKind,
    /// Where it is; the quote has to be in the publication.
    locator: Locator,
    colour: Colour,
    style: HighlightStyle,
}

/// Changes of an annotation; what is absent stays.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EditAnnotation {
    publication: Id,
    id: String,
    #[ts(optional)]
    colour: Option<Colour>,
    #[ts(optional)]
    style: Option<HighlightStyle>,
    #[ts(optional)]
    note: Option<String>,
    /// All tags that it has afterwards.
    #[ts(optional)]
    tags: Option<Vec<String>>,
    #[ts(optional)]
    deleted: Option<bool>,
}

/// What to export, and how.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct ExportAnnotations {
    /// Ids of the annotations.
    annotations: Vec<String>,
    pub(crate) format: AnnotationFormat,
}

/// A form of exported annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnnotationFormat {
    Markdown,
    Obsidian,
    Csv,
    Html,
    Anki,
    JsonLd,
}

impl AnnotationFormat {
    /// The extension of its files.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Markdown | Self::Obsidian => "md",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Anki => "txt",
            Self::JsonLd => "json",
        }
    }
}

impl From<AnnotationFormat> for ExportFormat {
    fn from(format: AnnotationFormat) -> Self {
        match format {
            AnnotationFormat::Markdown => Self::Markdown,
            AnnotationFormat::Obsidian => Self::Obsidian,
            AnnotationFormat::Csv => Self::Csv,
            AnnotationFormat::Html => Self::Html,
            AnnotationFormat::Anki => Self::Anki,
            AnnotationFormat::JsonLd => Self::JsonLd,
        }
    }
}

impl From<NewAnnotation> for alexandria_library::NewAnnotation {
    fn from(new: NewAnnotation) -> Self {
        let (Id(publication), locator) = (new.id, domain::Locator::from(new.locator));
        Self {
            publication,
            kind: new.kind.into(),
            section: Some(locator.href),
            quote: locator.text,
            progression: locator.progression,
            colour: new.colour.into(),
            style: new.style.into(),
            note: String::new(),
            tags: Vec::new(),
        }
    }
}

impl ExportAnnotations {
    /// The annotations to export, of all those.
    pub(crate) fn among(&self, mut books: Vec<Book>) -> Result<Vec<Book>, CommandError> {
        let wanted: HashSet<domain::AnnotationId> =
            self.annotations.iter().map(|id| parse_id(id)).collect::<Result<_, _>>()?;
        for book in &mut books {
            book.annotations.retain(|annotation| wanted.contains(&annotation.id));
        }
        books.retain(|book| !book.annotations.is_empty());
        Ok(books)
    }
}

impl EditAnnotation {
    /// The annotation, the publication it is in, and the changes; `known` are the tags that it has.
    pub(crate) fn parts(
        self,
        known: impl IntoIterator<Item = String>,
    ) -> Result<(domain::AnnotationId, domain::PublicationId, AnnotationEdit), CommandError> {
        let (Id(publication), id) = (self.publication, self.annotation()?);
        let remove_tags = match &self.tags {
            Some(tags) => known.into_iter().filter(|tag| !tags.contains(tag)).collect(),
            None => Vec::new(),
        };
        let edit = AnnotationEdit {
            colour: self.colour.map(Into::into),
            style: self.style.map(Into::into),
            note: self.note,
            add_tags: self.tags.unwrap_or_default(),
            remove_tags,
            deleted: self.deleted,
        };
        Ok((id, publication, edit))
    }

    /// The annotation's id.
    pub(crate) fn annotation(&self) -> Result<domain::AnnotationId, CommandError> {
        parse_id(&self.id)
    }

    /// The publication it is in.
    pub(crate) const fn publication(&self) -> domain::PublicationId {
        self.publication.0
    }
}

impl From<domain::Annotation> for Annotation {
    fn from(annotation: domain::Annotation) -> Self {
        Self {
            id: annotation.id.to_string(),
            publication: annotation.publication.into(),
            kind: annotation.kind.into(),
            locator: annotation.anchor.into(),
            colour: annotation.colour.into(),
            style: annotation.style.into(),
            note: annotation.note,
            other_notes: annotation.other_notes,
            tags: annotation.tags.into_iter().collect(),
            created_at: annotation.created_ms,
        }
    }
}

impl From<Book> for AnnotatedBook {
    fn from(book: Book) -> Self {
        Self {
            id: book.publication.into(),
            title: book.title,
            authors: book.authors,
            annotations: book.annotations.into_iter().map(Annotation::from).collect(),
        }
    }
}
