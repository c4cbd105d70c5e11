//! How ops are stored. A value is JSON, named by its kind; what this version cannot read keeps its bytes.

use alexandria_domain::op::Membership;
use alexandria_domain::{
    DeviceId, Entity, Field, Hlc, Locator, NoteText, PageArea, PageAreas, Point, PublicationId, Quad, Quote, Seen,
    Value,
};
use serde::{Deserialize, Serialize};

use crate::json::to_json;

const POSITION: &str = "position:";
const SETTING: &str = "setting:";
/// Beginning of the entity of an annotation.
pub(super) const ANNOTATION: &str = "annotation:";
const TAG: &str = "tag:";
const KIND: &str = "kind";
const ANCHOR: &str = "anchor";
const COLOUR: &str = "colour";
const STYLE: &str = "style";
const NOTE: &str = "note";
const DELETED: &str = "deleted";
const ORIGIN: &str = "origin";
const COLLECTION: &str = "collection:";
const SORT_TITLE: &str = "sort-title";
const AUTHORS: &str = "authors";
const SERIES: &str = "series";
const LANGUAGE: &str = "language";
const DESCRIPTION: &str = "description";
const PUBLISHED: &str = "published";
const RATING: &str = "rating";
const STATUS: &str = "status";
const NAME: &str = "name";
const QUERY: &str = "query";

pub(super) fn entity_text(entity: &Entity) -> String {
    match entity {
        Entity::Publication(id) => format!("publication:{id}"),
        Entity::Settings => "settings".to_owned(),
        Entity::Annotation { id, .. } => format!("{ANNOTATION}{id}"),
        Entity::Collection(id) => format!("{COLLECTION}{id}"),
    }
}

pub(super) fn field_text(field: &Field) -> String {
    match field {
        Field::Membership => "membership".to_owned(),
        Field::Position(device) => format!("{POSITION}{device}"),
        Field::Title => "title".to_owned(),
        Field::Setting(name) => format!("{SETTING}{name}"),
        Field::Tag(name) => format!("{TAG}{name}"),
        Field::Kind => KIND.to_owned(),
        Field::Anchor => ANCHOR.to_owned(),
        Field::Colour => COLOUR.to_owned(),
        Field::Style => STYLE.to_owned(),
        Field::Note => NOTE.to_owned(),
        Field::Deleted => DELETED.to_owned(),
        Field::Origin => ORIGIN.to_owned(),
        Field::SortTitle => SORT_TITLE.to_owned(),
        Field::Authors => AUTHORS.to_owned(),
        Field::Series => SERIES.to_owned(),
        Field::Language => LANGUAGE.to_owned(),
        Field::Description => DESCRIPTION.to_owned(),
        Field::Published => PUBLISHED.to_owned(),
        Field::Rating => RATING.to_owned(),
        Field::Status => STATUS.to_owned(),
        Field::Collection(id) => format!("{COLLECTION}{id}"),
        Field::Name => NAME.to_owned(),
        Field::Query => QUERY.to_owned(),
    }
}

/// The entity stored as `text`; `None` if only a later version knows it. That of an annotation needs the op's owner.
pub(super) fn entity_of(text: &str, owner: Option<PublicationId>) -> Option<Entity> {
    if text == "settings" {
        return Some(Entity::Settings);
    }
    if let Some(id) = text.strip_prefix(ANNOTATION) {
        return Some(Entity::Annotation { id: id.parse().ok()?, publication: owner? });
    }
    if let Some(id) = text.strip_prefix(COLLECTION) {
        return id.parse().ok().map(Entity::Collection);
    }
    text.strip_prefix("publication:")?.parse().ok().map(Entity::Publication)
}

/// The field stored as `text`; `None` if only a later version knows it.
pub(super) fn field_of(text: &str) -> Option<Field> {
    Some(match text {
        "membership" => Field::Membership,
        "title" => Field::Title,
        KIND => Field::Kind,
        ANCHOR => Field::Anchor,
        COLOUR => Field::Colour,
        STYLE => Field::Style,
        NOTE => Field::Note,
        DELETED => Field::Deleted,
        ORIGIN => Field::Origin,
        SORT_TITLE => Field::SortTitle,
        AUTHORS => Field::Authors,
        SERIES => Field::Series,
        LANGUAGE => Field::Language,
        DESCRIPTION => Field::Description,
        PUBLISHED => Field::Published,
        RATING => Field::Rating,
        STATUS => Field::Status,
        NAME => Field::Name,
        QUERY => Field::Query,
        _ => {
            let tag = || text.strip_prefix(TAG).map(|name| Field::Tag(name.to_owned()));
            let setting = || setting_name(text).map(|name| Field::Setting(name.to_owned()));
            let collection = || Some(Field::Collection(text.strip_prefix(COLLECTION)?.parse().ok()?));
            position_device(text).map(Field::Position).or_else(setting).or_else(tag).or_else(collection)?
        }
    })
}

/// The device whose position a field is.
pub(super) fn position_device(field: &str) -> Option<DeviceId> {
    field.strip_prefix(POSITION)?.parse().ok()
}

/// The setting a field is.
pub(super) fn setting_name(field: &str) -> Option<&str> {
    field.strip_prefix(SETTING)
}

/// Big-endian, so that stored stamps order as stamps do.
pub(super) const fn stamp_bytes(stamp: Hlc) -> [u8; 8] {
    stamp.to_u64().to_be_bytes()
}

pub(super) const fn stamp_of(bytes: [u8; 8]) -> Hlc {
    Hlc::from_u64(u64::from_be_bytes(bytes))
}

/// A value in the form it is stored in.
pub(super) fn encode_value(value: &Value) -> Result<Vec<u8>, rusqlite::Error> {
    match ValueJson::of(value) {
        Ok(json) => Ok(to_json(&json)?.into_bytes()),
        Err(bytes) => Ok(bytes.to_vec()),
    }
}

/// The value stored as `bytes`: [`Value::Unknown`] if it is of a kind or a form that this version does not know.
pub(super) fn decode_value(bytes: &[u8]) -> Value {
    serde_json::from_slice::<ValueJson>(bytes).map_or_else(|_| Value::Unknown(bytes.to_vec()), Value::from)
}

/// A value as JSON. A kind's meaning never changes: another meaning is another kind, with another name.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ValueJson {
    None,
    Membership(MembershipJson),
    Text(String),
    Place(Box<LocatorJson>),
    Flag(bool),
    Note(NoteJson),
    Texts(Vec<String>),
    Integer(i64),
}

#[derive(Serialize, Deserialize)]
struct NoteJson {
    text: String,
    seen: Vec<SeenJson>,
}

/// The newest op of another device that the writer had seen.
#[derive(Serialize, Deserialize)]
struct SeenJson {
    device: String,
    stamp: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MembershipJson {
    Shelf,
    Bin,
    Gone,
}

#[derive(Serialize, Deserialize)]
struct LocatorJson {
    href: String,
    media_type: String,
    title: Option<String>,
    progression: f64,
    total_progression: f64,
    position: u32,
    #[serde(default)]
    fragments: Vec<String>,
    /// Absent in rows written before version 0.2, and wherever there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    areas: Vec<AreaJson>,
    before: String,
    highlight: String,
    after: String,
}

#[derive(Serialize, Deserialize)]
struct AreaJson {
    page: u32,
    /// x and y of the corners in turn: lower left, lower right, upper right, upper left; hundredths of a page unit.
    quads: Vec<[i32; 8]>,
}

impl ValueJson {
    /// The JSON of a value; the bytes of one that has none.
    fn of(value: &Value) -> Result<Self, &[u8]> {
        Ok(match value {
            Value::None => Self::None,
            Value::Membership(Membership::Shelf) => Self::Membership(MembershipJson::Shelf),
            Value::Membership(Membership::Bin) => Self::Membership(MembershipJson::Bin),
            Value::Membership(Membership::Gone) => Self::Membership(MembershipJson::Gone),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Place(place) => Self::Place(Box::new(LocatorJson::from(&**place))),
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Note(note) => Self::Note(NoteJson::from(note)),
            Value::Texts(texts) => Self::Texts(texts.clone()),
            Value::Integer(number) => Self::Integer(*number),
            Value::Unknown(bytes) => return Err(bytes),
        })
    }
}

impl From<ValueJson> for Value {
    fn from(value: ValueJson) -> Self {
        match value {
            ValueJson::None => Self::None,
            ValueJson::Membership(MembershipJson::Shelf) => Self::Membership(Membership::Shelf),
            ValueJson::Membership(MembershipJson::Bin) => Self::Membership(Membership::Bin),
            ValueJson::Membership(MembershipJson::Gone) => Self::Membership(Membership::Gone),
            ValueJson::Text(text) => Self::Text(text),
            ValueJson::Place(place) => Self::Place(Box::new((*place).into())),
            ValueJson::Flag(flag) => Self::Flag(flag),
            ValueJson::Note(note) => Self::Note(note.into()),
            ValueJson::Texts(texts) => Self::Texts(texts),
            ValueJson::Integer(number) => Self::Integer(number),
        }
    }
}

impl From<&NoteText> for NoteJson {
    fn from(note: &NoteText) -> Self {
        let seen = |seen: &Seen| SeenJson { device: seen.device.to_string(), stamp: seen.stamp.to_u64() };
        Self { text: note.text.clone(), seen: note.seen.iter().map(seen).collect() }
    }
}

impl From<NoteJson> for NoteText {
    /// An id that is not one was seen from nobody: then both texts are shown.
    fn from(note: NoteJson) -> Self {
        let seen = note
            .seen
            .into_iter()
            .filter_map(|seen| Some(Seen { device: seen.device.parse().ok()?, stamp: Hlc::from_u64(seen.stamp) }));
        Self { text: note.text, seen: seen.collect() }
    }
}

impl From<&Locator> for LocatorJson {
    fn from(locator: &Locator) -> Self {
        Self {
            href: locator.href.clone(),
            media_type: locator.media_type.clone(),
            title: locator.title.clone(),
            progression: locator.progression,
            total_progression: locator.total_progression,
            position: locator.position,
            fragments: locator.fragments.clone(),
            areas: locator.areas.as_slice().iter().map(AreaJson::from).collect(),
            before: locator.text.before.clone(),
            highlight: locator.text.highlight.clone(),
            after: locator.text.after.clone(),
        }
    }
}

impl From<LocatorJson> for Locator {
    fn from(locator: LocatorJson) -> Self {
        Self {
            href: locator.href,
            media_type: locator.media_type,
            title: locator.title,
            progression: locator.progression,
            total_progression: locator.total_progression,
            position: locator.position,
            fragments: locator.fragments,
            // Invalid areas are dropped: the quote still leads to the passage.
            areas: PageAreas::new(locator.areas.into_iter().map(PageArea::from).collect()).unwrap_or_default(),
            text: Quote { before: locator.before, highlight: locator.highlight, after: locator.after },
        }
    }
}

impl From<&PageArea> for AreaJson {
    fn from(area: &PageArea) -> Self {
        let quads = area.quads.iter().map(|quad| {
            let [a, b, c, d] = quad.corners();
            [a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y]
        });
        Self { page: area.page, quads: quads.collect() }
    }
}

impl From<AreaJson> for PageArea {
    fn from(area: AreaJson) -> Self {
        let quads = area.quads.into_iter().map(|[ax, ay, bx, by, cx, cy, dx, dy]| {
            Quad::from_corners([(ax, ay), (bx, by), (cx, cy), (dx, dy)].map(|(x, y)| Point { x, y }))
        });
        Self { page: area.page, quads: quads.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(areas: &str) -> Locator {
        let json = format!(
            r#"{{"href":"a","media_type":"b","title":null,"progression":0.5,"total_progression":0.25,"position":2,{areas}"before":"c","highlight":"d","after":"e"}}"#
        );
        serde_json::from_str::<LocatorJson>(&json).unwrap().into()
    }

    #[test]
    fn stored_locator_areas_are_optional_and_validated() {
        let check = |areas: &str, expect: &[u32]| {
            let locator = parse(areas);
            let pages: Vec<u32> = locator.areas.as_slice().iter().map(|area| area.page).collect();
            assert_eq!((pages.as_slice(), locator.text.highlight.as_str()), (expect, "d"), "{areas}");
        };
        // As rows were written before there were areas, with and without fragments.
        check("", &[]);
        check(r#""fragments":["x"],"#, &[]);
        check(r#""areas":[{"page":3,"quads":[[0,0,10,0,10,10,0,10]]},{"page":4,"quads":[]}],"#, &[3, 4]);
        check(r#""areas":[{"page":3,"quads":[[0,0,0,10,10,10,10,0]]}],"#, &[]);
        check(r#""areas":[{"page":3,"quads":[]},{"page":3,"quads":[]}],"#, &[]);
    }

    #[test]
    fn stored_locator_without_areas_is_written_as_before() {
        let json = serde_json::to_string(&LocatorJson::from(&parse(""))).unwrap();
        assert_eq!(
            json,
            r#"{"href":"a","media_type":"b","title":null,"progression":0.5,"total_progression":0.25,"position":2,"fragments":[],"before":"c","highlight":"d","after":"e"}"#
        );
    }

    #[test]
    fn stored_locator_keeps_areas() {
        let json = r#""areas":[{"page":3,"quads":[[0,0,10,0,10,10,0,10]]},{"page":4,"quads":[]}],"#;
        let stored = serde_json::to_string(&LocatorJson::from(&parse(json))).unwrap();
        assert!(stored.contains(json), "{stored}");
    }
}
