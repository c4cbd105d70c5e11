//! The record frame: one sealed record as it is signed, transmitted and stored. See `docs/formats/record.md`.
//!
//! The layout is fixed, so a record has one encoding: the signed bytes are the stored bytes. The server reads the header,
//! which says who wrote the record and where it belongs, and nothing else.

pub mod batch;
pub mod chain;
mod error;
mod header;
mod layout;

pub use self::error::FrameError;
pub use self::header::{FrameHeader, RecordHash};
pub use self::layout::{HEADER_BYTES, MAX_CIPHERTEXT_BYTES, MAX_FRAME_BYTES, SIGNATURE_BYTES};

use crate::signature::{DevicePublicKey, DeviceSignature, DeviceSigningKey, InvalidSignature};

const SIGNATURE_DOMAIN: &[u8] = b"alexandria/record/v1/signature";

/// A record frame: well-formed, though its signature may be wrong ([`Frame::verify`]).
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    header: FrameHeader,
    signature: DeviceSignature,
    /// The complete encoding.
    bytes: Vec<u8>,
}

impl Frame {
    /// Makes and signs the frame of `ciphertext`, which was sealed with the header's [`FrameHeader::additional_data`].
    ///
    /// # Errors
    /// [`FrameError::Length`], or [`FrameError::Invalid`] if the header's number or link to the record before is none.
    pub fn sign(header: FrameHeader, ciphertext: &[u8], key: &DeviceSigningKey) -> Result<Self, FrameError> {
        header.validate()?;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + ciphertext.len() + SIGNATURE_BYTES);
        bytes.extend_from_slice(&header.encode(checked_length(ciphertext.len())?));
        bytes.extend_from_slice(ciphertext);
        let signature = key.sign(SIGNATURE_DOMAIN, &bytes);
        bytes.extend_from_slice(signature.as_bytes());
        Ok(Self { header, signature, bytes })
    }

    /// Reads one frame that is all of `bytes`.
    ///
    /// # Errors
    /// See [`FrameError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let (frame, trailing) = Self::decode_prefix(bytes)?;
        if trailing.is_empty() { Ok(frame) } else { Err(FrameError::Trailing { bytes: trailing.len() }) }
    }

    /// Reads the frame that `bytes` begin with, and returns what follows it.
    ///
    /// # Errors
    /// See [`FrameError`].
    pub fn decode_prefix(bytes: &[u8]) -> Result<(Self, &[u8]), FrameError> {
        let (header, length) = FrameHeader::decode(bytes)?;
        let total = HEADER_BYTES + length + SIGNATURE_BYTES;
        let (frame, trailing) = bytes.split_at_checked(total).ok_or(FrameError::Truncated)?;
        let signature = frame.get(HEADER_BYTES + length..).and_then(|tail| DeviceSignature::try_from(tail).ok());
        let signature = signature.ok_or(FrameError::Truncated)?;
        Ok((Self { header, signature, bytes: frame.to_vec() }, trailing))
    }

    /// What the server may read.
    #[must_use]
    pub const fn header(&self) -> &FrameHeader {
        &self.header
    }

    /// The sealed record.
    #[must_use]
    pub fn ciphertext(&self) -> &[u8] {
        let end = self.bytes.len().saturating_sub(SIGNATURE_BYTES);
        self.bytes.get(HEADER_BYTES..end).unwrap_or_default()
    }

    /// The complete frame.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The complete frame.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The signature, over everything before it.
    #[must_use]
    pub const fn signature(&self) -> &DeviceSignature {
        &self.signature
    }

    /// BLAKE3 of the complete frame, signature included: what the next record of the stream names as the one before.
    #[must_use]
    pub fn hash(&self) -> RecordHash {
        RecordHash::of(&self.bytes)
    }

    /// Checks that the device of `key` wrote this frame.
    ///
    /// # Errors
    /// [`InvalidSignature`].
    pub fn verify(&self, key: &DevicePublicKey) -> Result<(), InvalidSignature> {
        let signed = self.bytes.len().saturating_sub(SIGNATURE_BYTES);
        key.verify(SIGNATURE_DOMAIN, self.bytes.get(..signed).unwrap_or_default(), &self.signature)
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ciphertext = format_args!("{} bytes", self.ciphertext().len());
        f.debug_struct("Frame").field("header", &self.header).field("ciphertext", &ciphertext).finish_non_exhaustive()
    }
}

/// The length of a ciphertext as the header holds it.
fn checked_length(bytes: usize) -> Result<u32, FrameError> {
    match u32::try_from(bytes) {
        Ok(length) if (1..=MAX_CIPHERTEXT_BYTES).contains(&bytes) => Ok(length),
        _ => Err(FrameError::Length { bytes }),
    }
}

#[cfg(test)]
mod tests;
