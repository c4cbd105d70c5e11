//! JSON of several programs, distinguished by what they call themselves.

use serde_json::Value;

use super::json_value::string;
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
