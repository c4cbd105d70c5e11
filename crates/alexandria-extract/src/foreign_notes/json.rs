//! JSON of several programs, distinguished by what they call themselves.

use serde_json::Value;

use super::note::{ForeignNotes, ForeignNotesError};
use super::{calibre, readest, web_annotations};

pub(super) fn read(text: &str) -> Result<ForeignNotes, ForeignNotesError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ForeignNotesError::Malformed { program: "JSON", reason: error.to_string() })?;
    match (string(&value, "$format"), string(&value, "type")) {
        ("readest-annotations", _) => Ok(readest::read(&value)),
        (_, "calibre_annotation_collection") => Ok(calibre::read(&value)),
        (_, "AnnotationSet" | "AnnotationCollection" | "AnnotationPage") => Ok(web_annotations::read(&value)),
        _ => Err(ForeignNotesError::UnknownFormat),
    }
}

/// The text of a key; empty if it has none.
pub(super) fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The elements of a key; one that is no list counts as a list with one.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(Value::Array(list)) => list,
        Some(Value::Null) | None => &[],
        Some(one) => std::slice::from_ref(one),
    }
}
