//! The key hierarchy: one library key wraps the ring of working keys.
//!
//! The vault's slots hold the library key, which can be replaced by wrapping the ring again. The working keys are random and
//! independent of each other, and stay for the life of the library. No key implements `Debug` or `Clone`, and none can be
//! exported except by [`LibraryKey::expose_hex`], for the OS keychain, and as the database pragma.

mod content;
mod library;
mod ring;
mod secret;

pub(crate) use content::ContentKey;
pub use content::{BackupKey, BlobKey, IndexKey};
pub use library::{InvalidLibraryKey, LibraryKey};
pub use ring::{DatabaseKey, KeyRing, PublicationIdKey};
pub use secret::SecretKey;
