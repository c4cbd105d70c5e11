//! The ALX1 format: files sealed in chunks that can be opened in any order. `docs/formats/blob.md` is its description.
//!
//! A file is a header and at least one chunk. Its key is derived from the content key, a random salt and the whole
//! header, so every file has a key of its own; its chunks are numbered in their nonces, the last one marked (the
//! STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance", 2015). There is exactly one way to write a given plaintext, salt aside; all else is refused.

mod cipher;
mod error;
mod header;
mod layout;

pub(crate) use cipher::FileCipher;
pub use error::{OpenError, SealError};
pub(crate) use header::HEADER_LEN;
pub(crate) use layout::{CHUNK_LEN, Layout, SEALED_CHUNK_LEN, cipher_len};
