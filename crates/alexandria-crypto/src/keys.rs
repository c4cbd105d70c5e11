//! The key hierarchy: one library key wraps the ring of working keys.
//!
//! The library key is kept by the vault's slots and can be replaced by wrapping the ring anew; the working keys are
//! random, independent of each other, and stay for the life of the library. No key has `Debug`, `Clone` or a way to
//! be written down except [`LibraryKey::expose_hex`] (for the OS keychain) and the database pragma.

mod content;
mod library;
mod ring;
mod secret;

pub(crate) use content::ContentKey;
pub use content::{BackupKey, BlobKey, IndexKey};
pub use library::{LibraryKey, NotAKey};
pub use ring::{DatabaseKey, IdKey, KeyRing, WrapError};
pub use secret::SecretKey;
