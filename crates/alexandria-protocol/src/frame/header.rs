//! The header of a record frame: everything that is not sealed.

use super::error::FrameError;
use super::layout::{HEADER_BYTES, MAX_CIPHERTEXT_BYTES};
use crate::hex::hex_value;
use crate::ids::{AccountId, DeviceId, StreamId};

const MAGIC: &[u8; 4] = b"ALXR";
const VERSION: u8 = 1;
const SUITE: u8 = 1;
const AAD_DOMAIN: &[u8] = b"alexandria/record/v1/additional-data";
/// Bytes of the header before the length, all of which the seal binds.
const BOUND_BYTES: usize = HEADER_BYTES - 4;

hex_value! {
    /// BLAKE3 of a complete record frame.
    RecordHash, 32
}

impl RecordHash {
    /// What the first record of a stream names as the one before.
    pub const NONE: Self = Self::from_bytes([0; 32]);

    pub(super) fn of(frame: &[u8]) -> Self {
        Self::from_bytes(*blake3::hash(frame).as_bytes())
    }
}

/// Who wrote a record, and where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// The account that the record belongs to.
    pub account: AccountId,
    /// The device that signed the record. (The author of an op inside may be another: a device that was restored from a
    /// backup sends what the one before it had not.)
    pub device: DeviceId,
    /// The stream of that device.
    pub stream: StreamId,
    /// Number within the stream, from 1 without gaps.
    pub seq: u64,
    /// Hybrid logical clock at sealing: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
    pub hlc: u64,
    /// Which epoch of the account's keys the record is sealed under.
    pub key_epoch: u32,
    /// The record before this one in the stream; [`RecordHash::NONE`] if `seq` is 1.
    pub previous: RecordHash,
}

impl FrameHeader {
    /// What the seal of the ciphertext binds: a domain string and all of the header but the length, which the tag of the
    /// ciphertext binds anyway. So a record cannot be moved to another account, stream, place or epoch.
    #[must_use]
    pub fn additional_data(&self) -> Vec<u8> {
        let header = self.encode(0);
        [AAD_DOMAIN, header.get(..BOUND_BYTES).unwrap_or_default()].concat()
    }

    /// Milliseconds since 1970 of the stamp.
    #[must_use]
    pub const fn millis(&self) -> u64 {
        self.hlc >> 16
    }

    pub(super) fn encode(&self, ciphertext_length: u32) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let fields: [&[u8]; 10] = [
            MAGIC,
            &[VERSION, SUITE, 0, 0],
            self.account.as_bytes(),
            self.device.as_bytes(),
            self.stream.as_bytes(),
            &self.seq.to_be_bytes(),
            &self.hlc.to_be_bytes(),
            &self.key_epoch.to_be_bytes(),
            self.previous.as_bytes(),
            &ciphertext_length.to_be_bytes(),
        ];
        for (to, from) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *to = *from;
        }
        bytes
    }

    /// Reads the header that `bytes` begin with, and the length of the ciphertext in bytes.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, usize), FrameError> {
        // A stream that is no frame says so at its first bytes, not only when enough of them arrived.
        let known = bytes.len().min(MAGIC.len());
        if bytes.get(..known) != MAGIC.get(..known) {
            return Err(FrameError::NotAFrame);
        }
        let mut fields = Fields(bytes.get(..HEADER_BYTES).ok_or(FrameError::Truncated)?);
        fields.take::<4>()?;
        match fields.take()? {
            [VERSION, SUITE, 0, 0] => {}
            [VERSION, SUITE, ..] => return Err(FrameError::Invalid { field: "reserved byte" }),
            [version, suite, ..] => return Err(FrameError::Unknown { version, suite }),
        }
        let header = Self {
            account: AccountId::from_bytes(fields.take()?),
            device: DeviceId::from_bytes(fields.take()?),
            stream: StreamId::from_bytes(fields.take()?),
            seq: u64::from_be_bytes(fields.take()?),
            hlc: u64::from_be_bytes(fields.take()?),
            key_epoch: u32::from_be_bytes(fields.take()?),
            previous: RecordHash::from_bytes(fields.take()?),
        };
        header.validate()?;
        let length = u32::from_be_bytes(fields.take()?);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if (1..=MAX_CIPHERTEXT_BYTES).contains(&length) {
            Ok((header, length))
        } else {
            Err(FrameError::Length { bytes: length })
        }
    }

    /// Numbers begin at 1, and exactly the first record names none before it. Numbers fit into the signed 64 bits of
    /// databases.
    pub(super) fn validate(&self) -> Result<(), FrameError> {
        if self.seq == 0 || i64::try_from(self.seq).is_err() {
            return Err(FrameError::Invalid { field: "number" });
        }
        if (self.seq == 1) != (self.previous == RecordHash::NONE) {
            return Err(FrameError::Invalid { field: "hash of the record before" });
        }
        Ok(())
    }
}

/// Takes fields of fixed length from the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let (field, tail) = self.0.split_first_chunk::<N>().ok_or(FrameError::Truncated)?;
        self.0 = tail;
        Ok(*field)
    }
}
