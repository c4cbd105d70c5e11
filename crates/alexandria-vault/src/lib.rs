//! Custody of the library key: who may unlock the library.
//!
//! A small file, `vault`, holds the library's working keys wrapped under the library key, and a list of slots, each a
//! way to get that key: the operating system's keychain, a passphrase, a recovery code. Its format is
//! `docs/formats/vault.md`.
//!
//! The rule that nothing here may break: a key is made only when the keychain says that there is none *and* there is
//! no vault file. Every other answer means locked, and changes nothing on disk. Absent: the library's other files, and
//! the lock on its folder, which the caller holds.

mod error;
mod file;
mod keychain;
mod slot;
mod vault;

pub use error::{AdoptError, CreateError, ProtectError, StateError, UnlockError};
pub use keychain::{IsNamed, Keychain, KeychainError, OsKeychain};
pub use slot::SlotKind;
pub use vault::{
    CopyStanding, Credential, Inspection, KeychainStanding, Leftover, NewRecoveryCode, Protection, Rotation, Unlocked,
    Vault, VaultState, Witness,
};
