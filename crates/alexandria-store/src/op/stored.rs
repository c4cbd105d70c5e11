//! The stored form of ops.

use alexandria_domain::op::Membership;
use alexandria_domain::{DeviceId, Entity, Field, Hlc, Locator, Quote, Value};
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
    before: String,
    highlight: String,
    after: String,
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
            text: Quote { before: locator.before, highlight: locator.highlight, after: locator.after },
        }
    }
}
