//! Ids of publications as JSON: 32 hexadecimal digits.

use alexandria_library::domain::PublicationId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use ts_rs::TS;

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
