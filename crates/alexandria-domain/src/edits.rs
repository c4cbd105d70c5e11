//! What a reader has changed about a publication, as the merge of its ops: metadata other than the file's, tags, rating,
//! reading status, collections.
//!
//! Each is a last-writer-wins register, and each tag and each collection has one of its own, so that devices which add
//! different tags keep both. An op with [`Value::None`] returns to what the file says. The file is never changed. Absent:
//! membership of the library and positions ([`crate::op`]); how ops are stored.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::id::CollectionId;
use crate::op::{Entity, Field, Op, Value, registers};
use crate::publication::{Metadata, Series};

/// The most stars a reader can give.
pub const MAX_RATING: u8 = 5;

/// How far a reader says to be with a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadingStatus {
    /// Wants to read it.
    ToRead,
    /// Is reading it.
    Reading,
    /// Has read it.
    Finished,
}

impl ReadingStatus {
    /// Every status, in the order shown to readers.
    pub const ALL: [Self; 3] = [Self::ToRead, Self::Reading, Self::Finished];

    /// The name in ops, in filters and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToRead => "to-read",
            Self::Reading => "reading",
            Self::Finished => "finished",
        }
    }

    /// The status of that [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What the reader has changed. `None` is what the file says; an empty text is nothing, whatever the file says. A field for
/// each that readers can change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicationEdits {
    /// The title.
    pub title: Option<String>,
    /// The title it is sorted by.
    pub sort_title: Option<String>,
    /// The authors.
    pub authors: Option<Vec<String>>,
    /// The series; one without a name is none.
    pub series: Option<Series>,
    /// The language.
    pub language: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The date of publication.
    pub published: Option<String>,
    /// Tags that were added (`true`), and those of the file that were removed (`false`).
    pub tags: BTreeMap<String, bool>,
    /// Stars, 1 to [`MAX_RATING`].
    pub rating: Option<u8>,
    /// The reading status.
    pub status: Option<ReadingStatus>,
    /// The collections that the reader has put it into.
    pub collections: BTreeSet<CollectionId>,
}

impl Field {
    /// Whether [`PublicationEdits`] depends on this field of a publication.
    #[must_use]
    pub const fn is_edit(&self) -> bool {
        matches!(
            self,
            Self::Title
                | Self::SortTitle
                | Self::Authors
                | Self::Series
                | Self::Language
                | Self::Description
                | Self::Published
                | Self::Tag(_)
                | Self::Rating
                | Self::Status
                | Self::Collection(_)
        )
    }
}

impl PublicationEdits {
    /// Merges the ops on one publication, in any order. Ops on other entities are left out.
    #[must_use]
    pub fn of_ops(ops: &[Op]) -> Self {
        let mut edits = Self::default();
        for (field, register) in registers(ops.iter().filter(|op| matches!(op.entity, Entity::Publication(_)))) {
            edits.set(field, register.value);
        }
        edits
    }

    /// A value of a kind that the field does not have is what the file says.
    fn set(&mut self, field: &Field, value: Value) {
        match (field, value) {
            (Field::Title, Value::Text(text)) => self.title = Some(text),
            (Field::SortTitle, Value::Text(text)) => self.sort_title = Some(text),
            (Field::Authors, Value::Texts(authors)) => self.authors = Some(authors),
            (Field::Series, Value::Texts(texts)) => self.series = Some(series_of(texts)),
            (Field::Language, Value::Text(text)) => self.language = Some(text),
            (Field::Description, Value::Text(text)) => self.description = Some(text),
            (Field::Published, Value::Text(text)) => self.published = Some(text),
            (Field::Tag(name), Value::Flag(is_set)) => {
                self.tags.insert(name.clone(), is_set);
            }
            (Field::Rating, Value::Integer(stars)) => {
                self.rating = u8::try_from(stars).ok().filter(|stars| (1..=MAX_RATING).contains(stars));
            }
            (Field::Status, Value::Text(name)) => self.status = ReadingStatus::from_name(&name),
            (Field::Collection(id), Value::Flag(true)) => {
                self.collections.insert(*id);
            }
            _ => {}
        }
    }

    /// Whether the metadata is other than the file's. Rating, status and collections are not in files.
    #[must_use]
    pub fn has_metadata(&self) -> bool {
        let texts = [&self.title, &self.sort_title, &self.language, &self.description, &self.published];
        texts.iter().any(|text| text.is_some())
            || self.authors.is_some()
            || self.series.is_some()
            || !self.tags.is_empty()
    }

    /// The metadata of a file with the reader's changes.
    #[must_use]
    pub fn apply(&self, file: &Metadata) -> Metadata {
        let text = |edit: &Option<String>, file: &Option<String>| {
            edit.clone().or_else(|| file.clone()).filter(|text| !text.is_empty())
        };
        let is_removed = |subject: &&String| self.tags.get(*subject) == Some(&false);
        let added = self.tags.iter().filter(|(tag, is_set)| **is_set && !file.subjects.contains(tag));
        Metadata {
            title: self.title.clone().filter(|title| !title.is_empty()).unwrap_or_else(|| file.title.clone()),
            authors: self.authors.clone().unwrap_or_else(|| file.authors.clone()),
            language: self.language.clone().unwrap_or_else(|| file.language.clone()),
            series: self.series.clone().or_else(|| file.series.clone()).filter(|series| !series.name.is_empty()),
            published: text(&self.published, &file.published),
            description: text(&self.description, &file.description),
            subjects: file
                .subjects
                .iter()
                .filter(|subject| !is_removed(subject))
                .chain(added.map(|(tag, _)| tag))
                .cloned()
                .collect(),
            identifiers: file.identifiers.clone(),
            publisher: file.publisher.clone(),
            right_to_left: file.right_to_left,
        }
    }
}

/// The value of an op on [`Field::Series`].
#[must_use]
pub fn series_value(series: Option<&Series>) -> Value {
    let texts = series.map(|series| std::iter::once(series.name.clone()).chain(series.position.clone()).collect());
    Value::Texts(texts.unwrap_or_default())
}

fn series_of(texts: Vec<String>) -> Series {
    let mut texts = texts.into_iter();
    Series { name: texts.next().unwrap_or_default(), position: texts.next().filter(|number| !number.is_empty()) }
}
