//! Making and changing annotations.

use std::sync::Arc;

use alexandria_crypto::random;
use alexandria_domain::annotation::{MAX_NOTE_BYTES, MAX_TAG_BYTES};
use alexandria_domain::{
    Annotation, AnnotationId, AnnotationKind, Colour, Entity, Field, HighlightStyle, Locator, Op, PublicationId, Quote,
    Value, note_replacing,
};

use super::anchor::locate;
use super::error::AnnotationError;
use crate::blocking::blocking;
use crate::change::{ChangeError, now_millis};
use crate::engines::Engines;
use crate::event::Event;

/// An annotation to make.
#[derive(Clone, Debug)]
pub struct NewAnnotation {
    /// The publication it is in.
    pub publication: PublicationId,
    /// What it is.
    pub kind: AnnotationKind,
    /// Address of the section, if it is known.
    pub section: Option<String>,
    /// The text at the place. It has to be in the publication, whatever its white space.
    pub quote: Quote,
    /// Which of equal quotes: how far into the section, 0 to 1.
    pub progression: f64,
    /// How it is drawn.
    pub colour: Colour,
    /// How it is drawn.
    pub style: HighlightStyle,
    /// The reader's words in Markdown; may be empty.
    pub note: String,
    /// Tags.
    pub tags: Vec<String>,
}

/// Changes of an annotation; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AnnotationEdit {
    /// Another colour.
    pub colour: Option<Colour>,
    /// Another style.
    pub style: Option<HighlightStyle>,
    /// Another text of the note. It replaces all versions that are there.
    pub note: Option<String>,
    /// Tags to add.
    pub add_tags: Vec<String>,
    /// Tags to remove.
    pub remove_tags: Vec<String>,
    /// Whether it is deleted.
    pub deleted: Option<bool>,
}

/// Makes an annotation.
pub(crate) async fn add(engines: &Arc<Engines>, new: NewAnnotation) -> Result<Annotation, AnnotationError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let anchor = locate(&engines.store, new.publication, new.section.as_deref(), &new.quote, new.progression)?;
        let ops = creation(&engines, new, anchor, None)?;
        store(&engines, &ops, &ops)
    })
    .await
}

/// The ops that make an annotation at a place; `origin` is where it was imported from.
pub(super) fn creation(
    engines: &Engines,
    new: NewAnnotation,
    anchor: Locator,
    origin: Option<String>,
) -> Result<Vec<Op>, AnnotationError> {
    check_note(&new.note)?;
    let entity = Entity::Annotation { id: new_id()?, publication: new.publication };
    let op = |field, value| engines.changes.op(entity.clone(), field, value);
    let text = |name: &str| Value::Text(name.to_owned());
    let mut ops = vec![
        op(Field::Kind, text(new.kind.name()))?,
        op(Field::Anchor, Value::Place(Box::new(anchor)))?,
        op(Field::Colour, text(new.colour.name()))?,
        op(Field::Style, text(new.style.name()))?,
    ];
    if let Some(origin) = origin {
        ops.push(op(Field::Origin, Value::Text(origin))?);
    }
    if !new.note.trim().is_empty() {
        ops.push(op(Field::Note, Value::Note(note_replacing(new.note, &[])))?);
    }
    for tag in &new.tags {
        ops.push(op(Field::Tag(checked_tag(tag)?), Value::Flag(true))?);
    }
    Ok(ops)
}

/// Changes an annotation.
pub(crate) async fn edit(
    engines: &Arc<Engines>,
    id: AnnotationId,
    publication: PublicationId,
    edit: AnnotationEdit,
) -> Result<Annotation, AnnotationError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let known = engines.store.annotation_ops(id, publication)?;
        if known.is_empty() {
            return Err(AnnotationError::NotFound(id.to_string()));
        }
        let entity = Entity::Annotation { id, publication };
        let op = |field, value| engines.changes.op(entity.clone(), field, value);
        let mut ops = Vec::new();
        if let Some(colour) = edit.colour {
            ops.push(op(Field::Colour, Value::Text(colour.name().to_owned()))?);
        }
        if let Some(style) = edit.style {
            ops.push(op(Field::Style, Value::Text(style.name().to_owned()))?);
        }
        if let Some(note) = edit.note {
            check_note(&note)?;
            ops.push(op(Field::Note, Value::Note(note_replacing(note, &known)))?);
        }
        for (tags, is_set) in [(&edit.add_tags, true), (&edit.remove_tags, false)] {
            for tag in tags {
                ops.push(op(Field::Tag(checked_tag(tag)?), Value::Flag(is_set))?);
            }
        }
        if let Some(deleted) = edit.deleted {
            ops.push(op(Field::Deleted, Value::Flag(deleted))?);
        }
        let all: Vec<Op> = known.into_iter().chain(ops.iter().cloned()).collect();
        store(&engines, &ops, &all)
    })
    .await
}

/// Stores ops and returns the annotation that all of them amount to.
fn store(engines: &Engines, ops: &[Op], all: &[Op]) -> Result<Annotation, AnnotationError> {
    let merged = Annotation::of_ops(all);
    let merged = merged.ok_or_else(|| AnnotationError::NotFound(String::new()))?;
    engines.store.apply(ops)?;
    engines.events.emit(Event::Changed);
    Ok(merged)
}

/// A UUIDv7, so that ids sort by the time they were made.
fn new_id() -> Result<AnnotationId, AnnotationError> {
    let random = random::bytes().map_err(ChangeError::from)?;
    let id = uuid::Builder::from_unix_timestamp_millis(now_millis(), &random).into_uuid();
    Ok(AnnotationId::from_bytes(id.into_bytes()))
}

fn check_note(note: &str) -> Result<(), AnnotationError> {
    if note.len() > MAX_NOTE_BYTES { Err(AnnotationError::NoteTooLong) } else { Ok(()) }
}

/// A tag as it is stored: without white space around it.
pub(super) fn checked_tag(tag: &str) -> Result<String, AnnotationError> {
    let tag = tag.trim();
    let is_valid = !tag.is_empty() && tag.len() <= MAX_TAG_BYTES && !tag.contains(char::is_control);
    is_valid.then(|| tag.to_owned()).ok_or(AnnotationError::InvalidTag)
}
