//! Changing publications.

use std::sync::Arc;

use alexandria_domain::edits::MAX_RATING;
use alexandria_domain::{
    Entity, Field, Metadata, Op, PublicationEdits, PublicationId, ReadingStatus, Series, Value, series_value,
};

use super::check;
use super::error::EditError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;

/// What happens to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It gets this value.
    Set(T),
    /// It is what the file says again.
    Reset,
}

/// Changes of publications; the default changes nothing. A field for each that readers can change.
#[derive(Clone, Debug, Default)]
pub struct PublicationEdit {
    /// The title; it cannot be empty.
    pub title: Change<String>,
    /// The title that it is sorted by.
    pub sort_title: Change<String>,
    /// The authors.
    pub authors: Change<Vec<String>>,
    /// The series; one with an empty name is none.
    pub series: Change<Series>,
    /// The language, as a BCP 47 tag; empty for none.
    pub language: Change<String>,
    /// The description; empty for none.
    pub description: Change<String>,
    /// The date of publication; empty for none.
    pub published: Change<String>,
    /// Tags to add.
    pub add_tags: Vec<String>,
    /// Tags to remove, the file's too.
    pub remove_tags: Vec<String>,
    /// The tags are those of the file again, before others are added or removed.
    pub reset_tags: bool,
    /// Stars; 0 for none.
    pub rating: Change<u8>,
    /// The reading status.
    pub status: Change<ReadingStatus>,
}

impl PublicationEdit {
    /// Takes back all changes of the metadata. Rating and reading status, which no file has, stay.
    #[must_use]
    pub fn as_in_file() -> Self {
        Self {
            title: Change::Reset,
            sort_title: Change::Reset,
            authors: Change::Reset,
            series: Change::Reset,
            language: Change::Reset,
            description: Change::Reset,
            published: Change::Reset,
            reset_tags: true,
            ..Self::default()
        }
    }

    /// The edit in the form in which it is stored.
    fn checked(self) -> Result<Self, EditError> {
        if let Change::Set(stars) = self.rating
            && stars > MAX_RATING
        {
            return Err(EditError::InvalidRating(stars));
        }
        Ok(Self {
            title: self.title.try_map(|text| check::title(&text))?,
            sort_title: self.sort_title.try_map(|text| check::line(&text, "title to sort by"))?,
            authors: self.authors.try_map(|names| check::authors(&names))?,
            series: self.series.try_map(|series| {
                Ok(check::series(&series)?.unwrap_or_else(|| Series { name: String::new(), position: None }))
            })?,
            language: self.language.try_map(|text| check::language(&text))?,
            description: self.description.try_map(|text| check::description(&text))?,
            published: self.published.try_map(|text| check::line(&text, "date"))?,
            // Whatever a file calls a tag can be removed.
            add_tags: self.add_tags.iter().map(|tag| check::tag(tag)).collect::<Result<_, _>>()?,
            ..self
        })
    }
}

impl<T> Change<T> {
    fn try_map<U>(self, check: impl FnOnce(T) -> Result<U, EditError>) -> Result<Change<U>, EditError> {
        Ok(match self {
            Self::Keep => Change::Keep,
            Self::Set(value) => Change::Set(check(value)?),
            Self::Reset => Change::Reset,
        })
    }
}

/// Changes publications: all of them, or none if one does not exist. Returns how many were changed by it.
pub(crate) async fn edit(
    engines: &Arc<Engines>,
    ids: Vec<PublicationId>,
    edit: PublicationEdit,
) -> Result<usize, EditError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let edit = edit.checked()?;
        let (mut ops, mut changed): (Vec<Op>, usize) = (Vec::new(), 0);
        for id in ids {
            let file = engines.store.file_metadata(&id)?.ok_or_else(|| EditError::NotFound(id.to_string()))?;
            let changes = changes(&edit, &file, &engines.store.publication_edits(&id)?);
            changed += usize::from(!changes.is_empty());
            for (field, value) in changes {
                ops.push(engines.changes.op(Entity::Publication(id), field, value)?);
            }
        }
        if !ops.is_empty() {
            engines.store.apply(&ops)?;
            engines.events.emit(Event::Changed);
        }
        Ok(changed)
    })
    .await
}

/// What the file of a publication says of what readers can change.
pub(crate) async fn file_metadata(engines: &Arc<Engines>, id: PublicationId) -> Result<Metadata, EditError> {
    let engines = Arc::clone(engines);
    blocking(move || engines.store.file_metadata(&id)?.ok_or_else(|| EditError::NotFound(id.to_string()))).await
}

/// The fields that an edit changes. A value that is the file's takes the change back instead, and what is there already is
/// not written again.
fn changes(edit: &PublicationEdit, file: &Metadata, now: &PublicationEdits) -> Vec<(Field, Value)> {
    let mut changes = Vec::new();
    let mut text = |field: Field, change: &Change<String>, now: Option<&String>, file: &str| {
        let wanted = match change {
            Change::Keep => return,
            Change::Set(text) if text != file => Some(text),
            Change::Set(_) | Change::Reset => None,
        };
        if wanted != now {
            changes.push((field, wanted.map_or(Value::None, |text| Value::Text(text.clone()))));
        }
    };
    text(Field::Title, &edit.title, now.title.as_ref(), &file.title);
    text(Field::SortTitle, &edit.sort_title, now.sort_title.as_ref(), "");
    text(Field::Language, &edit.language, now.language.as_ref(), &file.language);
    let of_file = |text: &Option<String>| text.clone().unwrap_or_default();
    text(Field::Description, &edit.description, now.description.as_ref(), &of_file(&file.description));
    text(Field::Published, &edit.published, now.published.as_ref(), &of_file(&file.published));
    let authors = wanted(&edit.authors, |authors| *authors == file.authors);
    if let Some(authors) = authors.filter(|authors| *authors != now.authors.as_ref()) {
        changes.push((Field::Authors, authors.map_or(Value::None, |authors| Value::Texts(authors.clone()))));
    }
    let is_of_file = |series: &Series| match &file.series {
        Some(of_file) => series == of_file,
        None => series.name.is_empty(),
    };
    let series = wanted(&edit.series, is_of_file);
    if let Some(series) = series.filter(|series| *series != now.series.as_ref()) {
        let named = series.filter(|series| !series.name.is_empty());
        changes.push((Field::Series, series.map_or(Value::None, |_| series_value(named))));
    }
    if let Some(stars) = wanted(&edit.rating, |stars| *stars == 0).filter(|stars| stars.copied() != now.rating) {
        changes.push((Field::Rating, stars.map_or(Value::None, |stars| Value::Integer(i64::from(*stars)))));
    }
    if let Some(status) = wanted(&edit.status, |_| false).filter(|status| status.copied() != now.status) {
        changes.push((Field::Status, status.map_or(Value::None, |status| Value::Text(status.name().to_owned()))));
    }
    changes.extend(tag_changes(edit, file, now));
    changes
}

/// What a change asks for: nothing, or a value, or the file's.
fn wanted<T>(change: &Change<T>, is_of_file: impl FnOnce(&T) -> bool) -> Option<Option<&T>> {
    match change {
        Change::Keep => None,
        Change::Set(value) if !is_of_file(value) => Some(Some(value)),
        Change::Set(_) | Change::Reset => Some(None),
    }
}

fn tag_changes(edit: &PublicationEdit, file: &Metadata, now: &PublicationEdits) -> Vec<(Field, Value)> {
    let mut tags = now.tags.clone();
    if edit.reset_tags {
        tags.clear();
    }
    for (names, is_set) in [(&edit.remove_tags, false), (&edit.add_tags, true)] {
        for tag in names {
            if file.subjects.contains(tag) == is_set {
                tags.remove(tag);
            } else {
                tags.insert(tag.clone(), is_set);
            }
        }
    }
    let names = now.tags.keys().chain(tags.keys().filter(|tag| !now.tags.contains_key(*tag)));
    names
        .filter(|tag| now.tags.get(*tag) != tags.get(*tag))
        .map(|tag| (Field::Tag(tag.clone()), tags.get(tag).map_or(Value::None, |is_set| Value::Flag(*is_set))))
        .collect()
}
