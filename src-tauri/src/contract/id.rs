//! Ids as JSON: 32 hexadecimal digits.

use std::str::FromStr;

use alexandria_library::domain::PublicationId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use ts_rs::TS;

use super::CommandError;

/// A publication's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TS)]
#[ts(as = "String", rename = "PublicationId")]
pub(crate) struct Id(pub(crate) PublicationId);

impl From<PublicationId> for Id {
    fn from(id: PublicationId) -> Self {
        Self(id)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

/// Reads an id that is a plain text in the contract.
pub(super) fn parse_id<T: FromStr>(id: &str) -> Result<T, CommandError> {
    id.parse().map_err(|_| CommandError::invalid_input("an id is 32 hexadecimal digits"))
}
