//! The ALX1 format, described in `docs/formats/blob.md`: files sealed in chunks that can be opened in any order.
//!
//! A file is a header and at least one chunk. Its key is derived from the content key, a random salt and the whole
//! header, so that every file has its own key. Nonces number the chunks and mark the last one (the
//! STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance", 2015). The encoding of a plaintext is unique, salt aside; any other is rejected.

mod cipher;
mod error;
mod header;
mod layout;

pub(crate) use cipher::FileCipher;
pub use error::{OpenError, SealError};
pub(crate) use header::HEADER_LEN;
pub(crate) use layout::{CHUNK_LEN, Layout, SEALED_CHUNK_LEN, cipher_len};
