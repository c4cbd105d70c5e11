//! Making, changing and filling collections.

use std::sync::Arc;

use alexandria_crypto::random;
use alexandria_domain::collection::MAX_COLLECTION_NAME_BYTES;
use alexandria_domain::{Collection, CollectionId, Entity, Field, FilterField, PublicationId, ShelfFilter, Value};

use super::error::CollectionError;
use crate::blocking::blocking;
use crate::change::{ChangeError, now_millis};
use crate::engines::Engines;
use crate::event::Event;

/// A collection to make.
#[derive(Clone, Debug)]
pub struct NewCollection {
    /// Its name.
    pub name: String,
    /// The filter that fills it; `None` if the reader does.
    pub filter: Option<String>,
}

/// Changes of a collection; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct CollectionEdit {
    /// Another name.
    pub name: Option<String>,
    /// Another filter, of a collection that has one.
    pub filter: Option<String>,
    /// Whether it is deleted. The publications stay, and so does what was in it, so that this can be undone.
    pub deleted: Option<bool>,
}

/// Makes a collection.
pub(crate) async fn create(engines: &Arc<Engines>, new: NewCollection) -> Result<Collection, CollectionError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let name = checked_name(&engines, &new.name, None)?;
        let filter = new.filter.as_deref().map(checked_filter).transpose()?;
        let id = new_id()?;
        let op = |field, value| engines.changes.op(Entity::Collection(id), field, value);
        let mut ops = vec![op(Field::Name, Value::Text(name.clone()))?];
        if let Some(filter) = &filter {
            ops.push(op(Field::Query, Value::Text(filter.clone()))?);
        }
        engines.store.apply(&ops)?;
        engines.events.emit(Event::Changed);
        Ok(Collection { id, name, filter, is_deleted: false })
    })
    .await
}

/// Changes a collection.
pub(crate) async fn edit(
    engines: &Arc<Engines>,
    id: CollectionId,
    edit: CollectionEdit,
) -> Result<Collection, CollectionError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let collection = engines.store.collection(id)?.ok_or_else(|| CollectionError::NotFound(id.to_string()))?;
        let op = |field, value| engines.changes.op(Entity::Collection(id), field, value);
        let mut ops = Vec::new();
        if let Some(name) = edit.name {
            ops.push(op(Field::Name, Value::Text(checked_name(&engines, &name, Some(id))?))?);
        }
        if let Some(filter) = edit.filter {
            if collection.filter.is_none() {
                return Err(CollectionError::HasNoFilter);
            }
            ops.push(op(Field::Query, Value::Text(checked_filter(&filter)?))?);
        }
        if let Some(deleted) = edit.deleted {
            ops.push(op(Field::Deleted, Value::Flag(deleted))?);
        }
        engines.store.apply(&ops)?;
        engines.events.emit(Event::Changed);
        engines.store.collection(id)?.ok_or_else(|| CollectionError::NotFound(id.to_string()))
    })
    .await
}

/// Puts publications into a collection or takes them out: all of them, or none if one does not exist.
pub(crate) async fn set_members(
    engines: &Arc<Engines>,
    id: CollectionId,
    publications: Vec<PublicationId>,
    is_member: bool,
) -> Result<(), CollectionError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let collection = engines.store.collection(id)?.filter(|collection| !collection.is_deleted);
        let collection = collection.ok_or_else(|| CollectionError::NotFound(id.to_string()))?;
        if collection.filter.is_some() {
            return Err(CollectionError::HasFilter);
        }
        let mut ops = Vec::new();
        for publication in publications {
            let unknown = || CollectionError::NoPublication(publication.to_string());
            engines.store.publication(&publication)?.ok_or_else(unknown)?;
            if engines.store.publication_edits(&publication)?.collections.contains(&id) != is_member {
                let entity = Entity::Publication(publication);
                ops.push(engines.changes.op(entity, Field::Collection(id), Value::Flag(is_member))?);
            }
        }
        if !ops.is_empty() {
            engines.store.apply(&ops)?;
            engines.events.emit(Event::Changed);
        }
        Ok(())
    })
    .await
}

/// A name as it is stored, which no other collection has.
fn checked_name(engines: &Engines, name: &str, of: Option<CollectionId>) -> Result<String, CollectionError> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_COLLECTION_NAME_BYTES || name.contains(char::is_control) {
        return Err(CollectionError::InvalidName);
    }
    let lower = name.to_lowercase();
    let mut others = engines.store.collections()?.into_iter().map(|count| count.collection);
    if others.any(|other| Some(other.id) != of && other.name.to_lowercase() == lower) {
        return Err(CollectionError::NameTaken);
    }
    Ok(name.to_owned())
}

fn checked_filter(filter: &str) -> Result<String, CollectionError> {
    let parsed = ShelfFilter::parse(filter)?;
    if parsed.filters.iter().any(|filter| filter.field == FilterField::Collection) {
        return Err(CollectionError::FilterWithinFilter);
    }
    if parsed == ShelfFilter::default() {
        return Err(CollectionError::EmptyFilter);
    }
    Ok(filter.trim().to_owned())
}

/// A UUIDv7, so that ids sort by the time they were made.
fn new_id() -> Result<CollectionId, CollectionError> {
    let random = random::bytes().map_err(ChangeError::from)?;
    let id = uuid::Builder::from_unix_timestamp_millis(now_millis(), &random).into_uuid();
    Ok(CollectionId::from_bytes(id.into_bytes()))
}
