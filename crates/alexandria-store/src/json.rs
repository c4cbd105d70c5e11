//! Values that are stored as JSON: this crate's own types, so that a change of the vocabulary never changes the disk.

use alexandria_domain::{Identifier, TocEntry};
use rusqlite::types::Type;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Writes a value as JSON.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, rusqlite::Error> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Reads the JSON of a column.
pub(crate) fn from_json<T: DeserializeOwned>(row: &rusqlite::Row<'_>, column: usize) -> Result<T, rusqlite::Error> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| unreadable(column, error))
}

/// The error for a stored value that is invalid.
pub(crate) fn unreadable(column: usize, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}

/// An entry of a table of contents.
#[derive(Serialize, Deserialize)]
pub(crate) struct TocEntryJson {
    label: String,
    href: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<Self>,
}

impl From<&TocEntry> for TocEntryJson {
    fn from(entry: &TocEntry) -> Self {
        Self {
            label: entry.label.clone(),
            href: entry.href.clone(),
            children: entry.children.iter().map(Self::from).collect(),
        }
    }
}

impl From<TocEntryJson> for TocEntry {
    fn from(entry: TocEntryJson) -> Self {
        Self { label: entry.label, href: entry.href, children: entry.children.into_iter().map(Self::from).collect() }
    }
}

/// An identifier of a publication.
#[derive(Serialize, Deserialize)]
pub(crate) struct IdentifierJson {
    scheme: String,
    value: String,
}

impl From<&Identifier> for IdentifierJson {
    fn from(identifier: &Identifier) -> Self {
        Self { scheme: identifier.scheme.clone(), value: identifier.value.clone() }
    }
}

impl From<IdentifierJson> for Identifier {
    fn from(identifier: IdentifierJson) -> Self {
        Self { scheme: identifier.scheme, value: identifier.value }
    }
}
