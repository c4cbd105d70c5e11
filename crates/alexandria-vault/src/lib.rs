//! Storing and protecting the library key: what unlocks a library.
//!
//! A small file, `vault`, holds the library's working keys, wrapped under the library key, and a list of slots. Each slot
//! is one way to get the library key: from the operating system's keychain, with a passphrase, or with a recovery code.
//! `docs/formats/vault.md` describes the format.
//!
//! The invariant of this crate: a key is created only if the keychain reports that it has no entry *and* there is no vault
//! file. Every other answer means that the library is locked, and changes nothing on disk. Absent: the other files of the
//! library, and the lock on its folder, which the caller holds.

mod error;
mod file;
mod keychain;
mod slot;
mod vault;

pub use error::{CreateError, ImportVaultError, ProtectError, StateError, UnlockError};
pub use keychain::{IsReferenced, Keychain, KeychainError, OsKeychain};
pub use slot::SlotKind;
pub use vault::{
    AddedEpoch, CleanupFailure, CopyStatus, Credential, Inspection, KeychainStatus, NewRecoveryCode, Protection,
    ReplacedPublicationIds, Rotation, UnlockRecord, Unlocked, Vault, VaultState,
};
