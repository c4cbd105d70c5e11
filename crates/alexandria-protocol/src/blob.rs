//! How a sealed file is divided into parts, which are transmitted, checked and stored one by one.
//!
//! The digest of a part is SHA-256, not BLAKE3 as elsewhere: it travels as `Content-Digest` (RFC 9530, which registers
//! `sha-256`), and object stores check it themselves on a presigned upload.

use std::ops::Range;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::hex::hex_value;

/// Part size of a small server, in bytes: passes proxies that refuse bodies over 1 MB.
pub const SMALL_PART_BYTES: u32 = 960 * 1024;
/// Part size of a large server, in bytes.
pub const LARGE_PART_BYTES: u32 = 8 * 1024 * 1024;

hex_value! {
    /// SHA-256 of a part of a blob.
    PartDigest, 32
}

hex_value! {
    /// Names the key that a file is sealed under, as its header does.
    KeyId, 8
}

impl PartDigest {
    /// The digest of `part`.
    #[must_use]
    pub fn of(part: &[u8]) -> Self {
        Self::from_bytes(Sha256::digest(part).into())
    }

    /// The value of the header [`crate::headers::CONTENT_DIGEST`].
    #[must_use]
    pub fn to_header(&self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.as_bytes()))
    }

    /// Reads a header as [`Self::to_header`] writes it; other algorithms are not known.
    #[must_use]
    pub fn from_header(value: &str) -> Option<Self> {
        let digits = value.strip_prefix("sha-256=:")?.strip_suffix(':')?;
        let bytes = STANDARD.decode(digits).ok()?;
        Self::try_from(bytes.as_slice()).ok()
    }
}

/// How one blob is divided: all parts have `part_size` bytes but the last, which has what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartLayout {
    size: u64,
    part_size: u32,
}

/// Why a blob cannot be divided so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartLayoutError {
    /// A blob has at least one byte.
    #[error("a blob cannot be empty")]
    Empty,
    /// A part has at least one byte.
    #[error("a part cannot be empty")]
    EmptyPart,
    /// The blob would have more than [`PartLayout::MAX_PARTS`].
    #[error("the blob would have more than {} parts", PartLayout::MAX_PARTS)]
    TooMany,
}

impl PartLayout {
    /// Most parts that a blob can have: 2 GiB in parts of 960 KiB are 2,185.
    pub const MAX_PARTS: u32 = 4096;

    /// The layout of a blob of `size` bytes in parts of `part_size` bytes.
    ///
    /// # Errors
    /// See [`PartLayoutError`].
    pub fn new(size: u64, part_size: u32) -> Result<Self, PartLayoutError> {
        if size == 0 {
            return Err(PartLayoutError::Empty);
        }
        if part_size == 0 {
            return Err(PartLayoutError::EmptyPart);
        }
        if size.div_ceil(u64::from(part_size)) > u64::from(Self::MAX_PARTS) {
            return Err(PartLayoutError::TooMany);
        }
        Ok(Self { size, part_size })
    }

    /// Length of the blob in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Length of every part but the last, in bytes.
    #[must_use]
    pub const fn part_size(&self) -> u32 {
        self.part_size
    }

    /// Number of parts, at least 1.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.size.div_ceil(u64::from(self.part_size))).unwrap_or(Self::MAX_PARTS)
    }

    /// The bytes of the blob that are part `number` (from 0); `None` if there is no such part.
    #[must_use]
    pub fn range(&self, number: u32) -> Option<Range<u64>> {
        let start = u64::from(number).checked_mul(u64::from(self.part_size))?;
        if start >= self.size {
            return None;
        }
        Some(start..self.size.min(start.saturating_add(u64::from(self.part_size))))
    }

    /// Length of part `number` in bytes; `None` if there is no such part.
    #[must_use]
    pub fn length(&self, number: u32) -> Option<u32> {
        let range = self.range(number)?;
        u32::try_from(range.end - range.start).ok()
    }

    /// The parts that hold the bytes `range` of the blob; empty if the range is, or begins after the end.
    #[must_use]
    pub fn parts_of(&self, range: Range<u64>) -> Range<u32> {
        let end = range.end.min(self.size);
        if range.start >= end {
            return 0..0;
        }
        let number = |at: u64| u32::try_from(at / u64::from(self.part_size)).unwrap_or(Self::MAX_PARTS);
        number(range.start)..number(end - 1) + 1
    }
}

#[cfg(test)]
mod tests;
