//! The stored form of ops.

use alexandria_domain::op::Membership;
use alexandria_domain::{DeviceId, Entity, Field, Hlc, Locator, PageArea, PageAreas, Point, Quad, Quote, Value};
use serde::{Deserialize, Serialize};

pub(super) const POSITION: &str = "position:";
const SETTING: &str = "setting:";

pub(super) fn entity_text(entity: &Entity) -> String {
    match entity {
        Entity::Publication(id) => format!("publication:{id}"),
        Entity::Settings => "settings".to_owned(),
    }
}

pub(super) fn field_text(field: &Field) -> String {
    match field {
        Field::Membership => "membership".to_owned(),
        Field::Position(device) => format!("{POSITION}{device}"),
        Field::Title => "title".to_owned(),
        Field::Setting(name) => format!("{SETTING}{name}"),
    }
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

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StoredValue {
    None,
    Membership(StoredMembership),
    Text(String),
    Place(Box<StoredLocator>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StoredMembership {
    Shelf,
    Bin,
    Gone,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredLocator {
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
    areas: Vec<StoredArea>,
    before: String,
    highlight: String,
    after: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredArea {
    page: u32,
    /// x and y of the corners in turn: lower left, lower right, upper right, upper left; hundredths of a page unit.
    quads: Vec<[i32; 8]>,
}

impl From<&Value> for StoredValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::None => Self::None,
            Value::Membership(Membership::Shelf) => Self::Membership(StoredMembership::Shelf),
            Value::Membership(Membership::Bin) => Self::Membership(StoredMembership::Bin),
            Value::Membership(Membership::Gone) => Self::Membership(StoredMembership::Gone),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Place(place) => Self::Place(Box::new(StoredLocator::from(&**place))),
        }
    }
}

impl From<StoredValue> for Value {
    fn from(value: StoredValue) -> Self {
        match value {
            StoredValue::None => Self::None,
            StoredValue::Membership(StoredMembership::Shelf) => Self::Membership(Membership::Shelf),
            StoredValue::Membership(StoredMembership::Bin) => Self::Membership(Membership::Bin),
            StoredValue::Membership(StoredMembership::Gone) => Self::Membership(Membership::Gone),
            StoredValue::Text(text) => Self::Text(text),
            StoredValue::Place(place) => Self::Place(Box::new((*place).into())),
        }
    }
}

impl From<&Locator> for StoredLocator {
    fn from(locator: &Locator) -> Self {
        Self {
            href: locator.href.clone(),
            media_type: locator.media_type.clone(),
            title: locator.title.clone(),
            progression: locator.progression,
            total_progression: locator.total_progression,
            position: locator.position,
            fragments: locator.fragments.clone(),
            areas: locator.areas.as_slice().iter().map(StoredArea::from).collect(),
            before: locator.text.before.clone(),
            highlight: locator.text.highlight.clone(),
            after: locator.text.after.clone(),
        }
    }
}

impl From<StoredLocator> for Locator {
    fn from(locator: StoredLocator) -> Self {
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

impl From<&PageArea> for StoredArea {
    fn from(area: &PageArea) -> Self {
        let quads = area.quads.iter().map(|quad| {
            let [a, b, c, d] = quad.corners();
            [a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y]
        });
        Self { page: area.page, quads: quads.collect() }
    }
}

impl From<StoredArea> for PageArea {
    fn from(area: StoredArea) -> Self {
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
        serde_json::from_str::<StoredLocator>(&json).unwrap().into()
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
        let json = serde_json::to_string(&StoredLocator::from(&parse(""))).unwrap();
        assert_eq!(
            json,
            r#"{"href":"a","media_type":"b","title":null,"progression":0.5,"total_progression":0.25,"position":2,"fragments":[],"before":"c","highlight":"d","after":"e"}"#
        );
    }

    #[test]
    fn stored_locator_keeps_areas() {
        let json = r#""areas":[{"page":3,"quads":[[0,0,10,0,10,10,0,10]]},{"page":4,"quads":[]}],"#;
        let stored = serde_json::to_string(&StoredLocator::from(&parse(json))).unwrap();
        assert!(stored.contains(json), "{stored}");
    }
}
