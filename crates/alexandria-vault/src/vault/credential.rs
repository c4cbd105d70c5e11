//! What a person unlocks a library with, and what protects it.

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::passphrase::{Cost, Passphrase, PassphraseSlot, SealSlotError};
use alexandria_crypto::recovery::RecoveryCode;

use crate::slot::{Slot, SlotKind};

/// The cost of new passphrase slots. The tests of this crate seal hundreds of them.
const COST: Cost = if cfg!(test) { Cost::MIN } else { Cost::STANDARD };

/// How a library is protected.
#[expect(missing_debug_implementations, reason = "holds a secret, which is never printed")]
pub enum Protection {
    /// The operating system's keychain stores the key.
    Keychain,
    /// The key is sealed under a passphrase.
    Passphrase(Passphrase),
}

/// What unlocks a library.
#[expect(missing_debug_implementations, reason = "holds a secret, which is never printed")]
pub enum Credential {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase(Passphrase),
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

impl Credential {
    /// The kind of slot that it opens.
    #[must_use]
    pub fn kind(&self) -> SlotKind {
        match self {
            Self::Keychain => SlotKind::Keychain,
            Self::Passphrase(_) => SlotKind::Passphrase,
            Self::RecoveryCode(_) => SlotKind::RecoveryCode,
        }
    }
}

/// Seals `key` under `passphrase`.
pub(super) fn passphrase_slot(key: &LibraryKey, passphrase: &Passphrase) -> Result<Slot, SealSlotError> {
    PassphraseSlot::seal(key, passphrase, COST).map(Slot::Passphrase)
}
