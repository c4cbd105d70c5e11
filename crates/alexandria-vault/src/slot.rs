//! Slots: the ways to get the library key.

use alexandria_crypto::passphrase::PassphraseSlot;
use alexandria_crypto::recovery::RecoverySlot;
use serde_json::Value;

/// The kind of credential that opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// A recovery code.
    RecoveryCode,
}

/// Distinguishes the keychain entries of one library: `None` for the entry of a new library, random for every later one.
/// No two vaults share an entry, and the old entry of a vault stays until its replacement is in place.
pub(crate) type EntryId = Option<[u8; 8]>;

/// One way to get the library key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Slot {
    /// The keychain holds the key, in the entry with this id.
    Keychain(EntryId),
    /// The key, sealed under a passphrase.
    Passphrase(PassphraseSlot),
    /// The key, sealed under a recovery code.
    Recovery(RecoverySlot),
    /// A kind that only a newer version knows, preserved verbatim.
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
