//! Names of objects: `b/<id>/<part>`. They are made from random ids, never from what a client sends, and no other form can be
//! written, so that no name leads out of a folder or a prefix.

use std::fmt;
use std::str::FromStr;

/// Name of a part of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// Random, drawn when the blob is created, so that neither accounts nor blobs can be recognised in a bucket.
    pub id: [u8; 16],
    /// Number of the part, from 0.
    pub part: u32,
}

impl ObjectKey {
    /// Names part `part` of the blob stored under `id`.
    #[must_use]
    pub const fn new(id: [u8; 16], part: u32) -> Self {
        Self { id, part }
    }

    /// The first byte of the id in hexadecimal: the folder that it is in, so that no folder grows too large.
    pub(super) fn shard(&self) -> String {
        let first = self.id.first().copied().unwrap_or_default();
        format!("{first:02x}")
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("b/")?;
        for byte in self.id {
            write!(formatter, "{byte:02x}")?;
        }
        write!(formatter, "/{}", self.part)
    }
}

/// A name that is not one of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an object")]
pub struct InvalidObjectKey;

impl FromStr for ObjectKey {
    type Err = InvalidObjectKey;

    fn from_str(text: &str) -> Result<Self, InvalidObjectKey> {
        let (id_text, part_text) =
            text.strip_prefix("b/").and_then(|rest| rest.split_once('/')).ok_or(InvalidObjectKey)?;
        if id_text.len() != 32 || !id_text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidObjectKey);
        }
        let id = u128::from_str_radix(id_text, 16).map_err(|_not_hex| InvalidObjectKey)?.to_be_bytes();
        let part: u32 = part_text.parse().map_err(|_no_number| InvalidObjectKey)?;
        // Only the form that is written: no sign, no leading zeros.
        if part.to_string() == part_text { Ok(Self { id, part }) } else { Err(InvalidObjectKey) }
    }
}
