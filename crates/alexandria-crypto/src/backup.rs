//! Sealed parts of a backup: each a file of its own in the ALX1 format (`docs/formats/blob.md`), under the backup key.
//!
//! A part has its own salt and so its own key. That is what lets an interrupted backup go on after its last whole part:
//! nothing is ever sealed twice under one key and nonce, whatever has changed meanwhile. How parts stand in a backup,
//! and what binds them together, is `docs/formats/backup.md`, and not this crate's business.

use std::io::{Read, Seek, Write};

use crate::blob::{BlobError, BlobReader, BlobWriter};
use crate::chunked::Sealer;
use crate::format;
use crate::keys::BackupKey;

#[cfg(test)]
mod tests;

/// Bytes of a part's header.
pub const HEADER_LEN: usize = format::HEADER_LEN;

/// Stored length of a part with `plain_len` bytes of plaintext.
#[must_use]
pub const fn sealed_len(plain_len: u64) -> u64 {
    format::cipher_len(plain_len)
}

/// Begins the part called `id`.
///
/// # Errors
/// When the operating system has no randomness.
pub fn seal<W: Write>(sink: W, key: &BackupKey, id: &[u8; 16]) -> Result<BlobWriter<W>, BlobError> {
    Ok(BlobWriter::of_sealer(sink, Sealer::of_content(key.content(), id)?))
}

/// Opens the part called `id`, which is all of `source`, verifying its key, header, length and last chunk.
///
/// # Errors
/// When the source fails, or is not that part, whole and unchanged.
pub fn open<R: Read + Seek>(source: R, key: &BackupKey, id: &[u8; 16]) -> Result<BlobReader<R>, BlobError> {
    BlobReader::of_content(source, key.content(), id)
}

/// What tells a part from every other: the commitment to its key, which no two parts share. Whoever opens a part with
/// this commitment gets what was sealed with it, or nothing.
#[must_use]
pub fn commitment(header: &[u8; HEADER_LEN]) -> [u8; 32] {
    let (_, commitment) = header.split_last_chunk().unwrap_or((&[], &[0; 32]));
    *commitment
}
