//! What the engine asks of the account's keys: the edge to `alexandria-crypto`.

use crate::record::{Header, Record};
use crate::snapshot::{SealedSnapshot, SignedClaim, SnapshotClaim};

/// Why a frame is not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Of a frame format or suite that a later version added.
    #[error("frame of a later version")]
    Later,
    /// Not a frame.
    #[error("malformed frame")]
    Malformed,
}

/// Why a record does not open. Its signature was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// The key of its epoch is not here, or not yet.
    #[error("no key of epoch {0}")]
    UnknownEpoch(u32),
    /// The key of its epoch does not open it.
    #[error("sealed with another key")]
    WrongKey,
    /// What was sealed is not this payload under this header.
    #[error("the seal does not fit the record")]
    NotAuthentic,
    /// Sealed in a way that a later version added.
    #[error("sealed by a later version")]
    Later,
}

/// Why a record cannot be sealed, such as that the system gives no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record cannot be sealed: {0}")]
pub struct SealFault(pub String);

/// Seals and opens records with the keys of the account and of this device.
///
/// The engine makes no random numbers: whoever implements this takes a fresh nonce for each seal.
pub trait RecordCrypto {
    /// The epoch in which this device seals now.
    fn epoch(&self) -> u32;

    /// Seals and signs a record. Called once per header: the result is stored before it is sent.
    ///
    /// # Errors
    /// See [`SealFault`].
    fn seal(&self, header: &Header, payload: &[u8]) -> Result<Record, SealFault>;

    /// Splits a frame without checking its signature.
    ///
    /// # Errors
    /// See [`FrameError`].
    fn parse(&self, frame: &[u8]) -> Result<Record, FrameError>;

    /// Whether a device with the public key `key` signed the record.
    fn verify(&self, record: &Record, key: &[u8; 32]) -> bool;

    /// Seals a snapshot and signs what it claims.
    ///
    /// # Errors
    /// See [`SealFault`].
    fn seal_snapshot(&self, claim: SnapshotClaim, plain: &[u8]) -> Result<SealedSnapshot, SealFault>;

    /// Whether a device with the public key `key` signed the claim.
    fn verify_claim(&self, signed: &SignedClaim, key: &[u8; 32]) -> bool;

    /// The plaintext of a snapshot whose claim was verified.
    ///
    /// # Errors
    /// See [`OpenFault`].
    fn open_snapshot(&self, sealed: &SealedSnapshot) -> Result<Vec<u8>, OpenFault>;

    /// The payload of a verified record.
    ///
    /// # Errors
    /// See [`OpenFault`].
    fn open(&self, record: &Record) -> Result<Vec<u8>, OpenFault>;
}
