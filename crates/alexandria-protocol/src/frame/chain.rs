//! The chain of one stream: every record names the hash of the one before, so a gap, a fork or a rollback shows.

use super::{Frame, RecordHash};
use crate::ids::{DeviceId, StreamId};

/// The end of a chain: its last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    /// Number of the last record; 0 if there is none.
    pub seq: u64,
    /// Hash of the last record; [`RecordHash::NONE`] if there is none.
    pub hash: RecordHash,
}

/// The end of the chain of one stream of one device, in requests and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Head {
    /// The device.
    pub device: DeviceId,
    /// The stream of that device.
    pub stream: StreamId,
    /// Number of the last record, from 1.
    pub seq: u64,
    /// Hash of the last record.
    pub hash: RecordHash,
}

impl Head {
    /// The end of the chain, without whose it is.
    #[must_use]
    pub const fn end(&self) -> ChainEnd {
        ChainEnd { seq: self.seq, hash: self.hash }
    }
}

/// Appends heads to a message that is signed: how many, and each, in the order of device and stream, whatever order they are
/// listed in.
pub(crate) fn append_heads(message: &mut Vec<u8>, heads: &[Head]) {
    let mut heads: Vec<&Head> = heads.iter().collect();
    heads.sort_by_key(|head| (head.device, head.stream, head.seq, head.hash));
    message.extend_from_slice(&u64::try_from(heads.len()).unwrap_or(u64::MAX).to_be_bytes());
    for head in heads {
        message.extend_from_slice(head.device.as_bytes());
        message.extend_from_slice(head.stream.as_bytes());
        message.extend_from_slice(&head.seq.to_be_bytes());
        message.extend_from_slice(head.hash.as_bytes());
    }
}

/// What a frame is to a chain that ends at some record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is the next record; the chain now ends there.
    Next(ChainEnd),
    /// It is the chain's last record, sent again.
    Repeated,
    /// It is older than the last record. Whoever has the older ones compares hashes.
    Older,
}

/// Why a frame does not continue a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Records between are missing.
    #[error("record {actual} came where record {expected} was expected")]
    Gap {
        /// The number that would continue the chain.
        expected: u64,
        /// The frame's number.
        actual: u64,
    },
    /// The stream has two different records where there should be one: two copies of a device write under one id, or a
    /// backup was restored, or somebody tampered.
    #[error("record {seq} is not the one that this chain has")]
    Fork {
        /// The number of the record that exists twice.
        seq: u64,
    },
}

impl ChainEnd {
    /// The end of an empty chain.
    pub const START: Self = Self { seq: 0, hash: RecordHash::NONE };

    /// The end of a chain whose last record is `frame`.
    #[must_use]
    pub fn of(frame: &Frame) -> Self {
        Self { seq: frame.header().seq, hash: frame.hash() }
    }

    /// What `frame` is to the chain that ends here. Account, device and stream are the caller's to compare.
    ///
    /// # Errors
    /// See [`ChainError`].
    pub fn link(&self, frame: &Frame) -> Result<Link, ChainError> {
        let header = frame.header();
        let expected = self.seq.saturating_add(1);
        if header.seq > expected {
            return Err(ChainError::Gap { expected, actual: header.seq });
        }
        if header.seq < self.seq {
            return Ok(Link::Older);
        }
        if header.seq == self.seq {
            return if frame.hash() == self.hash {
                Ok(Link::Repeated)
            } else {
                Err(ChainError::Fork { seq: self.seq })
            };
        }
        if header.previous == self.hash {
            Ok(Link::Next(Self::of(frame)))
        } else {
            Err(ChainError::Fork { seq: self.seq })
        }
    }
}

#[cfg(test)]
mod tests;
