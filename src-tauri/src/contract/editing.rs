//! Changes of publications, and collections of them.

use alexandria_library::{Change, CollectionEdit, ListedCollection, domain};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::parse_id;
use super::{CommandError, Id};

/// How far the reader says to be with a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReadingStatus {
    ToRead,
    Reading,
    Finished,
}

/// A reading status to set, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NewReadingStatus {
    ToRead,
    Reading,
    Finished,
    None,
}

/// Changes of publications; what is absent stays.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EditPublications {
    pub(crate) ids: Vec<Id>,
    /// All metadata is what the files say again; other changes are ignored. Stars and reading status stay.
    as_in_file: bool,
    #[ts(optional)]
    title: Option<String>,
    /// Empty for the title itself.
    #[ts(optional)]
    sort_title: Option<String>,
    #[ts(optional)]
    authors: Option<Vec<String>>,
    /// Without a name: no series.
    #[ts(optional)]
    series: Option<NewSeries>,
    /// A BCP 47 tag; empty for none.
    #[ts(optional)]
    language: Option<String>,
    #[ts(optional)]
    description: Option<String>,
    #[ts(optional)]
    published: Option<String>,
    add_tags: Vec<String>,
    remove_tags: Vec<String>,
    /// Stars, 1 to 5; 0 for none.
    #[ts(optional)]
    rating: Option<u8>,
    #[ts(optional)]
    status: Option<NewReadingStatus>,
}

/// A place in a series.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct NewSeries {
    name: String,
    /// A number such as `2` or `1.5`; empty for none.
    position: String,
}

/// A collection, and how many publications are in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub(crate) struct Collection {
    /// 32 hexadecimal digits.
    id: String,
    name: String,
    /// What fills it; null if the reader does.
    filter: Option<String>,
    /// Publications on the shelf.
    publications: u64,
}

/// A collection to make.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct NewCollection {
    name: String,
    /// What fills it; null if the reader does.
    filter: Option<String>,
}

/// Changes of a collection; what is absent stays.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct EditCollection {
    id: String,
    #[ts(optional)]
    name: Option<String>,
    #[ts(optional)]
    filter: Option<String>,
    #[ts(optional)]
    deleted: Option<bool>,
}

/// Publications to put into a collection, or to take out.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionMembers {
    collection: String,
    publications: Vec<Id>,
    is_member: bool,
}

/// Which publications are wanted.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct Selection {
    /// Words and filters as in a search; empty for all.
    filter: String,
    /// Only those in this collection.
    collection: Option<String>,
}

impl From<domain::ReadingStatus> for ReadingStatus {
    fn from(status: domain::ReadingStatus) -> Self {
        match status {
            domain::ReadingStatus::ToRead => Self::ToRead,
            domain::ReadingStatus::Reading => Self::Reading,
            domain::ReadingStatus::Finished => Self::Finished,
        }
    }
}

impl From<NewReadingStatus> for Change<domain::ReadingStatus> {
    fn from(status: NewReadingStatus) -> Self {
        match status {
            NewReadingStatus::ToRead => Self::Set(domain::ReadingStatus::ToRead),
            NewReadingStatus::Reading => Self::Set(domain::ReadingStatus::Reading),
            NewReadingStatus::Finished => Self::Set(domain::ReadingStatus::Finished),
            NewReadingStatus::None => Self::Reset,
        }
    }
}

impl From<EditPublications> for alexandria_library::PublicationEdit {
    fn from(edit: EditPublications) -> Self {
        if edit.as_in_file {
            return Self::as_in_file();
        }
        let series = edit.series.map(|NewSeries { name, position }| domain::Series {
            name,
            position: Some(position).filter(|number| !number.trim().is_empty()),
        });
        let sort_title =
            edit.sort_title.map(|text| if text.trim().is_empty() { Change::Reset } else { Change::Set(text) });
        Self {
            title: change(edit.title),
            sort_title: sort_title.unwrap_or_default(),
            authors: change(edit.authors),
            series: change(series),
            language: change(edit.language),
            description: change(edit.description),
            published: change(edit.published),
            add_tags: edit.add_tags,
            remove_tags: edit.remove_tags,
            reset_tags: false,
            rating: change(edit.rating),
            status: edit.status.map(Change::from).unwrap_or_default(),
        }
    }
}

fn change<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

impl From<ListedCollection> for Collection {
    fn from(ListedCollection { collection, publications }: ListedCollection) -> Self {
        Self { id: collection.id.to_string(), name: collection.name, filter: collection.filter, publications }
    }
}

impl From<NewCollection> for alexandria_library::NewCollection {
    fn from(NewCollection { name, filter }: NewCollection) -> Self {
        Self { name, filter }
    }
}

impl EditCollection {
    /// The collection, and its changes.
    pub(crate) fn parts(self) -> Result<(domain::CollectionId, CollectionEdit), CommandError> {
        let edit = CollectionEdit { name: self.name, filter: self.filter, deleted: self.deleted };
        Ok((parse_id(&self.id)?, edit))
    }
}

impl CollectionMembers {
    /// The collection, the publications, and whether they are to be in it.
    pub(crate) fn parts(self) -> Result<(domain::CollectionId, Vec<domain::PublicationId>, bool), CommandError> {
        let publications = self.publications.into_iter().map(|Id(id)| id).collect();
        Ok((parse_id(&self.collection)?, publications, self.is_member))
    }
}

impl Selection {
    /// The request to the library. The order is that of the database, because the page has its own.
    pub(crate) fn request(self) -> Result<alexandria_library::ShelfRequest, CommandError> {
        Ok(alexandria_library::ShelfRequest {
            membership: domain::Membership::Shelf,
            filter: self.filter,
            collection: self.collection.map(|id| parse_id(&id)).transpose()?,
            sort: alexandria_library::LibrarySort::Added,
            reversed: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use alexandria_library::PublicationEdit;
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_fields_of_an_edit_stay() {
        let edit = |more: serde_json::Value| {
            let mut args = json!({ "ids": [], "asInFile": false, "addTags": [], "removeTags": [] });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            format!("{:?}", PublicationEdit::from(serde_json::from_value::<EditPublications>(args).unwrap()))
        };
        let check = |more: serde_json::Value, expect: PublicationEdit| assert_eq!(edit(more), format!("{expect:?}"));
        check(json!({}), PublicationEdit::default());
        check(json!({ "asInFile": true, "title": "ignored" }), PublicationEdit::as_in_file());
        let set = PublicationEdit { title: Change::Set("A".into()), ..PublicationEdit::default() };
        check(json!({ "title": "A" }), set);
        check(json!({ "sortTitle": " " }), PublicationEdit { sort_title: Change::Reset, ..PublicationEdit::default() });
        check(json!({ "status": "none" }), PublicationEdit { status: Change::Reset, ..PublicationEdit::default() });
        let series = domain::Series { name: "Rooms".into(), position: None };
        let set = PublicationEdit { series: Change::Set(series), ..PublicationEdit::default() };
        check(json!({ "series": { "name": "Rooms", "position": " " } }), set);
    }
}
