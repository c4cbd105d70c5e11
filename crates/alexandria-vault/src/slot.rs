//! Slots: the ways to get the library key.

use alexandria_crypto::passphrase::PassphraseSlot;
use alexandria_crypto::recovery::RecoverySlot;
use serde_json::Value;

/// What kind of credential opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// A recovery code.
    RecoveryCode,
}

/// Which entry of the keychain holds the key: none for the one that a library is made with, random for every other. So
/// no two vaults ever use the same, and the old entry stays as it is until the new vault is in place.
pub(crate) type EntryId = Option<[u8; 8]>;

/// One way to get the library key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Slot {
    /// The key is in the keychain, under the account of this entry.
    Keychain(EntryId),
    /// The key is sealed here under a passphrase.
    Passphrase(PassphraseSlot),
    /// The key is sealed here under a recovery code.
    Recovery(RecoverySlot),
    /// A kind that a newer version knows. Kept as it is.
    Unknown(Value),
}

impl Slot {
    /// The kind, if this version knows it.
    pub(crate) fn kind(&self) -> Option<SlotKind> {
        match self {
            Self::Keychain(_) => Some(SlotKind::Keychain),
            Self::Passphrase(_) => Some(SlotKind::Passphrase),
            Self::Recovery(_) => Some(SlotKind::RecoveryCode),
            Self::Unknown(_) => None,
        }
    }
}
