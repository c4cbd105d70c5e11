//! The 96-byte header.
//!
//! ```text
//!  0  4  magic "ALX1"         16 32  salt
//!  4  1  version = 1          48  7  nonce prefix
//!  5  1  suite = 1            55  9  zero
//!  6  1  chunk_log2 = 16      64 32  key commitment
//!  7  1  zero
//!  8  8  key id
//! ```

use super::OpenError;
use crate::keys::KeyId;

/// Length of a header in bytes.
pub(crate) const HEADER_LEN: usize = 96;
/// Length in bytes of the part that the file's key is bound to: all but the commitment, which is derived with the key.
const BOUND_LEN: usize = 64;

const MAGIC: &[u8; 4] = b"ALX1";
const VERSION: u8 = 1;
/// AES-256-GCM, HKDF-SHA-256.
pub(crate) const SUITE: u8 = 1;
/// Chunks of 2^16 bytes.
const CHUNK_LOG2: u8 = 16;

/// A header whose constant fields are valid. Deriving the key and comparing the commitment authenticates the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) key_id: KeyId,
    pub(crate) salt: [u8; 32],
    pub(crate) nonce_prefix: [u8; 7],
}

impl Header {
    /// Splits a stored header into its fields and the commitment.
    pub(crate) fn parse(bytes: &[u8; HEADER_LEN]) -> Result<(Self, &[u8; 32]), OpenError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(OpenError::NotSealed)?;
        let (&[version, suite, chunk_log2, reserved], rest) = rest.split_first_chunk().ok_or(OpenError::NotSealed)?;
        if version > VERSION {
            return Err(OpenError::NewerVersion);
        }
        if (version, suite, chunk_log2, reserved) != (VERSION, SUITE, CHUNK_LOG2, 0) {
            return Err(OpenError::NotSealed);
        }
        let (key_id, rest) = rest.split_first_chunk().ok_or(OpenError::NotSealed)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(OpenError::NotSealed)?;
        let (nonce_prefix, rest) = rest.split_first_chunk().ok_or(OpenError::NotSealed)?;
        let (padding, rest) = rest.split_first_chunk().ok_or(OpenError::NotSealed)?;
        let commitment = <&[u8; 32]>::try_from(rest).map_err(|_| OpenError::NotSealed)?;
        if *padding != [0; 9] {
            return Err(OpenError::NotSealed);
        }
        Ok((Self { key_id: KeyId::from_bytes(*key_id), salt: *salt, nonce_prefix: *nonce_prefix }, commitment))
    }

    /// The bytes that the file's key is bound to.
    pub(crate) fn bound_part(&self) -> [u8; BOUND_LEN] {
        let mut bytes = [0; BOUND_LEN];
        let fields = [
            MAGIC.as_slice(),
            &[VERSION, SUITE, CHUNK_LOG2, 0],
            self.key_id.as_bytes(),
            &self.salt,
            &self.nonce_prefix,
        ];
        for (target, byte) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *target = *byte;
        }
        bytes
    }

    /// The stored header.
    pub(crate) fn to_bytes(&self, commitment: &[u8; 32]) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        for (target, byte) in bytes.iter_mut().zip(self.bound_part().iter().chain(commitment)) {
            *target = *byte;
        }
        bytes
    }
}
