//! What a record carries inside its seal: ops, each with its length before it.
//!
//! An op is a CBOR map with integer keys. Keys 0 to 3 (id, author, stamp, owner) never change their meaning, so an op of a
//! later version is still an op with an id and a date, and its bytes are kept and passed on. Layout:
//!
//! ```text
//! format: u8 = 1 | (length: u32 LE, CBOR) *
//! ```
//!
//! `docs/formats/sync-payload.md` describes it. Absent: sealing, which pads (`alexandria-crypto`), and frames (`alexandria-protocol`).

mod card;
mod cbor;
mod locator;
mod op;
mod value;

#[cfg(test)]
mod tests;

pub use self::card::Card;
pub use self::cbor::CborError;
pub use self::op::{Content, WireOp};

/// The format's number, the first byte of each payload.
const FORMAT: u8 = 1;

/// The largest payload, in bytes: what the largest sealed record, of 240 KiB, holds.
pub const MAX_PAYLOAD_BYTES: usize = 240 * 1024 - 86;

/// The largest op, in bytes of CBOR: what fits into a payload alone.
pub const MAX_OP_BYTES: usize = MAX_PAYLOAD_BYTES - 1 - LENGTH_BYTES;

const LENGTH_BYTES: usize = 4;

/// Why bytes are not a payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Written by a later version.
    #[error("payload has format {0}, which this version does not know")]
    Format(u8),
    /// A length points beyond the end.
    #[error("payload is truncated")]
    Truncated,
    /// An op is not what an op of any version is.
    #[error("payload has a malformed op: {0}")]
    Op(#[from] CborError),
}

/// Writes ops until a payload is full.
#[derive(Debug)]
pub struct PayloadWriter {
    bytes: Vec<u8>,
}

impl Default for PayloadWriter {
    fn default() -> Self {
        Self { bytes: vec![FORMAT] }
    }
}

impl PayloadWriter {
    /// Appends an op; `false` if it does not fit, and nothing was appended.
    #[must_use]
    pub fn push(&mut self, op: &WireOp) -> bool {
        let cbor = op.as_bytes();
        let Ok(length) = u32::try_from(cbor.len()) else { return false };
        if self.bytes.len() + LENGTH_BYTES + cbor.len() > MAX_PAYLOAD_BYTES {
            return false;
        }
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(cbor);
        true
    }

    /// The payload.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads the ops of a payload.
///
/// # Errors
/// See [`PayloadError`]. Ops of kinds that this version does not know are no error: see [`Content::Unknown`].
pub fn read(payload: &[u8]) -> Result<Vec<WireOp>, PayloadError> {
    let (format, mut rest) = payload.split_first().ok_or(PayloadError::Truncated)?;
    if *format != FORMAT {
        return Err(PayloadError::Format(*format));
    }
    let mut ops = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or(PayloadError::Truncated)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| PayloadError::Truncated)?;
        let (cbor, after) = after.split_at_checked(length).ok_or(PayloadError::Truncated)?;
        ops.push(WireOp::decode(cbor)?);
        rest = after;
    }
    Ok(ops)
}
