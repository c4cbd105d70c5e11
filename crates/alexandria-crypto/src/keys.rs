//! The key hierarchy: one library key wraps the ring of working keys.
//!
//! The vault's slots hold the library key, which can be replaced by wrapping the ring again. The working keys are random and
//! independent of each other. The blob key can have several epochs, of which the newest seals and all open; the others stay
//! for the life of the library. No key implements `Debug` or `Clone`, and none can be exported except by
//! [`LibraryKey::expose_hex`], for the OS keychain, and as the database pragma.

mod content;
mod library;
mod ring;
mod secret;

pub use content::{AddEpochError, BackupKey, BlobKeys, IndexKey, KeyId, MAX_EPOCHS};
pub(crate) use content::{ContentKey, ContentKeys};
pub use library::{InvalidLibraryKey, LibraryKey};
pub use ring::{AccountStoreKey, DatabaseKey, KeyRing, PublicationIdKey};
pub use secret::SecretKey;
