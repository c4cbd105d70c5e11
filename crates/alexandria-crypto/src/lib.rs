//! Keys and sealed data: nothing written to disk is readable, and every change is detected.
//!
//! Each module serves one purpose, and none lets a caller choose a nonce, an algorithm or an order of calls. Only the
//! private `hazmat` module calls the ciphers, and [`random`] is the only source of randomness. Absent: files, key storage
//! and policy. Formats: `docs/formats/blob.md`, `docs/formats/vault.md` and
//! `docs/formats/account.md`.

pub mod account;
pub mod backup;
pub mod blob;
pub mod chunked;
pub mod keys;
pub mod passphrase;
pub mod random;
pub mod recovery;

mod entropy;
mod envelope;
mod format;
mod hazmat;
mod public_key;

#[cfg(test)]
mod vectors;

pub use envelope::EnvelopeError;
pub use format::{OpenError, SealError};
