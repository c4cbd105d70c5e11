//! Records as the engine sees them: a checked header, and the bytes that were signed.
//!
//! The frame itself is `alexandria-protocol`'s. Absent: keys (see [`crate::crypto`]).

use std::sync::Arc;

use alexandria_domain::{DeviceId, Hlc};

/// BLAKE3 of a record's bytes.
pub type Hash = [u8; 32];

pub use alexandria_protocol::cursor::Cursor;
pub use alexandria_protocol::ids::{AccountId, LogId};

/// The last record of a device's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Before the first record.
    pub const EMPTY: Self = Self { seq: 0, hash: [0; 32] };
}

/// What the server can read of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose record it is.
    pub account: AccountId,
    /// The device that signs it.
    pub device: DeviceId,
    /// Its number in the chain of that device, from 1, without gaps.
    pub seq: u64,
    /// The key epoch of its seal.
    pub epoch: u32,
    /// Hash of the record before; zeros before the first.
    pub prev: Hash,
    /// Not earlier than the stamp of any op inside, nor than that of the record before.
    pub stamp: Hlc,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What the server can read of it.
    pub header: Header,
    /// Hash of `bytes`.
    pub hash: Hash,
    /// The frame: header, ciphertext and signature.
    pub bytes: Arc<[u8]>,
}

impl Record {
    /// The chain's head after this record.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { seq: self.header.seq, hash: self.hash }
    }
}
