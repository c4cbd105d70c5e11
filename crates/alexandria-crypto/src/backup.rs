//! Sealed parts of a backup: each a file of its own in the ALX1 format (`docs/formats/blob.md`), under the backup key.
//!
//! A part has its own salt and therefore its own key. An interrupted backup can continue after its last complete part without
//! ever sealing twice under one key and nonce, whatever has changed meanwhile. The arrangement of parts in a backup is the
//! store's (`docs/formats/backup.md`).

use std::io::{Read, Seek, Write};

use crate::blob::{BlobError, BlobReader, BlobWriter};
use crate::chunked::Sealer;
use crate::format;
use crate::keys::BackupKey;

#[cfg(test)]
mod tests;

/// Length of a part's header in bytes.
pub const HEADER_LEN: usize = format::HEADER_LEN;

/// Stored length of a part with `plain_len` bytes of plaintext.
#[must_use]
pub const fn sealed_len(plain_len: u64) -> u64 {
    format::cipher_len(plain_len)
}

/// Starts the part `id`.
///
/// # Errors
/// When the operating system's random generator fails.
pub fn seal<W: Write>(sink: W, key: &BackupKey, id: &[u8; 16]) -> Result<BlobWriter<W>, BlobError> {
    Ok(BlobWriter::from_sealer(sink, Sealer::with_content_key(key.content().newest(), id)?))
}

/// Opens the part `id`, which is all of `source`, verifying its key, header, length and last chunk.
///
/// # Errors
/// When the source fails, or is not that part, complete and unchanged.
pub fn open<R: Read + Seek>(source: R, key: &BackupKey, id: &[u8; 16]) -> Result<BlobReader<R>, BlobError> {
    BlobReader::with_content_keys(source, key.content(), id)
}

/// The commitment to the part's key, which identifies the part, because no two parts share it. A part with this commitment
/// opens to what was sealed with it, or not at all.
#[must_use]
pub fn commitment(header: &[u8; HEADER_LEN]) -> [u8; 32] {
    let (_, commitment) = header.split_last_chunk().unwrap_or((&[], &[0; 32]));
    *commitment
}
