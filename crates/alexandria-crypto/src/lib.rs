//! Keys and sealed data: what is written to disk is unreadable and cannot be changed unnoticed.
//!
//! The modules are named after what they are for; none lets a caller choose a nonce, an algorithm or an order of
//! calls. The one place that calls the ciphers is the private `hazmat` module, and the one source of randomness is
//! [`random`]. Absent: files, key storage and policy. Formats: `docs/formats/blob.md` and `docs/formats/vault.md`.

pub mod backup;
pub mod blob;
pub mod chunked;
pub mod keys;
pub mod passphrase;
pub mod random;
pub mod recovery;

mod envelope;
mod format;
mod hazmat;

#[cfg(test)]
mod vectors;

pub use envelope::EnvelopeError;
pub use format::{OpenError, SealError};
