//! What unlocks a library, and what can be known about a library without unlocking it.

use alexandria_crypto::passphrase::Passphrase;
use alexandria_crypto::recovery::RecoveryCode;
use alexandria_vault::{Credential, SlotKind};

/// What is in a library folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryState {
    /// No library yet.
    None,
    /// A library.
    Locked {
        /// The kinds of credentials that unlock it.
        slots: Vec<SlotKind>,
    },
    /// A vault file that cannot be read, or no vault file although a library's database or books are there.
    Damaged,
}

/// A credential that unlocks a library, or protects a new one.
pub enum Unlock {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase(Passphrase),
    /// A recovery code. It unlocks a library, but does not protect a new one by itself.
    RecoveryCode(RecoveryCode),
}

impl From<Unlock> for Credential {
    fn from(unlock: Unlock) -> Self {
        match unlock {
            Unlock::Keychain => Self::Keychain,
            Unlock::Passphrase(passphrase) => Self::Passphrase(passphrase),
            Unlock::RecoveryCode(code) => Self::RecoveryCode(code),
        }
    }
}

impl std::fmt::Debug for Unlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keychain => "Unlock::Keychain",
            Self::Passphrase(_) => "Unlock::Passphrase",
            Self::RecoveryCode(_) => "Unlock::RecoveryCode",
        })
    }
}
