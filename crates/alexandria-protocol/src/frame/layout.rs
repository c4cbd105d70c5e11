//! Lengths of a record frame.

use crate::signature::DeviceSignature;

/// Bytes before the ciphertext.
pub const HEADER_BYTES: usize = 112;
/// Bytes after the ciphertext: the signature.
pub const SIGNATURE_BYTES: usize = DeviceSignature::BYTES;
/// Longest ciphertext in bytes. What is longer is a blob.
pub const MAX_CIPHERTEXT_BYTES: usize = 256 * 1024;
/// Longest frame in bytes.
pub const MAX_FRAME_BYTES: usize = HEADER_BYTES + MAX_CIPHERTEXT_BYTES + SIGNATURE_BYTES;
