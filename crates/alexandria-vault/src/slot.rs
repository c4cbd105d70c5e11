//! Slots: the ways to get the library key.

use alexandria_crypto::passphrase::PassphraseSlot;
use serde_json::Value;

/// What kind of credential opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase,
}

/// One way to get the library key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Slot {
    /// The key is in the keychain, under the library's account.
    Keychain,
    /// The key is sealed here.
    Passphrase(PassphraseSlot),
    /// A kind that a newer version knows. Kept as it is.
    Unknown(Value),
}

impl Slot {
    /// The kind, if this version knows it.
    pub(crate) fn kind(&self) -> Option<SlotKind> {
        match self {
            Self::Keychain => Some(SlotKind::Keychain),
            Self::Passphrase(_) => Some(SlotKind::Passphrase),
            Self::Unknown(_) => None,
        }
    }
}
