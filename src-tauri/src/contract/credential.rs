//! Credentials, and the protection of a library. Secrets pass through to the core and are not stored here; the only one
//! that goes to the window is a recovery code, once, to be shown.

use alexandria_library::domain::ErrorCode;
use alexandria_library::{Passphrase, RecoveryCode, SlotKind, Unlock};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::CommandError;

/// A library to create.
// No `Debug`: it may hold a passphrase.
#[derive(Deserialize, TS)]
pub(crate) struct CreateLibrary {
    /// The passphrase that protects its key; null for the operating system's keychain.
    pub(crate) passphrase: Option<String>,
}

/// What opens a library.
// No `Debug`: it may hold a secret.
#[derive(Deserialize, TS)]
#[serde(tag = "by", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum Credential {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase {
        /// As typed.
        passphrase: String,
    },
    /// A recovery code.
    RecoveryCode {
        /// As typed.
        recovery_code: String,
    },
}

impl Credential {
    /// The core's form.
    ///
    /// # Errors
    /// When a recovery code is malformed.
    pub(crate) fn unlock(self) -> Result<Unlock, CommandError> {
        Ok(match self {
            Self::Keychain => Unlock::Keychain,
            Self::Passphrase { passphrase } => Unlock::Passphrase(Passphrase::new(passphrase)),
            Self::RecoveryCode { recovery_code } => {
                let code = RecoveryCode::parse(recovery_code);
                Unlock::RecoveryCode(code.map_err(|error| CommandError::new(ErrorCode::WrongRecoveryCode, &error))?)
            }
        })
    }
}

/// A change that requires proof of access.
#[derive(Deserialize, TS)]
pub(crate) struct AuthorizedRequest {
    /// What opens the library now.
    pub(crate) credential: Credential,
}

/// A passphrase to add, or to replace the current one.
#[derive(Deserialize, TS)]
pub(crate) struct SetPassphrase {
    /// What opens the library now.
    pub(crate) credential: Credential,
    /// The new passphrase.
    pub(crate) passphrase: String,
}

/// A protection to remove.
#[derive(Deserialize, TS)]
pub(crate) struct RemoveProtection {
    /// What opens the library now.
    pub(crate) credential: Credential,
    /// The kind.
    pub(crate) slot: Slot,
}

/// A recovery code to show. It opens nothing until it is confirmed.
// No `Debug`: it is a secret.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryCodeText {
    pub(crate) code: String,
}

/// A recovery code that the reader has typed back.
#[derive(Deserialize, TS)]
pub(crate) struct RecoveryCodeConfirmation {
    /// As typed.
    pub(crate) code: String,
}

/// What protects the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Protection {
    /// What opens it.
    pub(crate) slots: Vec<Slot>,
    /// What the keychain has of it.
    pub(crate) keychain: KeychainStatus,
    /// Whether its key file or the copy of it is missing, damaged or stale; any change repairs that.
    pub(crate) needs_repair: bool,
}

/// What a key slot of a library opens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Slot {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// A recovery code.
    RecoveryCode,
}

/// What the operating system's keychain has of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeychainStatus {
    /// It works and holds the key.
    HasKey,
    /// It works and does not hold the key.
    NoKey,
    /// It cannot be used now.
    Unavailable,
}

/// What a completed change could not remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CleanupFailure {
    /// The key file's previous copy still opens with the former protection.
    PreviousCopy,
    /// The keychain still has an unused entry.
    KeychainEntry,
}

impl From<alexandria_library::CleanupFailure> for CleanupFailure {
    fn from(failure: alexandria_library::CleanupFailure) -> Self {
        match failure {
            alexandria_library::CleanupFailure::PreviousCopy => Self::PreviousCopy,
            alexandria_library::CleanupFailure::KeychainEntry => Self::KeychainEntry,
        }
    }
}

impl From<&SlotKind> for Slot {
    fn from(slot: &SlotKind) -> Self {
        match slot {
            SlotKind::Keychain => Self::Keychain,
            SlotKind::Passphrase => Self::Passphrase,
            SlotKind::RecoveryCode => Self::RecoveryCode,
        }
    }
}

impl From<Slot> for SlotKind {
    fn from(slot: Slot) -> Self {
        match slot {
            Slot::Keychain => Self::Keychain,
            Slot::Passphrase => Self::Passphrase,
            Slot::RecoveryCode => Self::RecoveryCode,
        }
    }
}

impl From<alexandria_library::Protection> for Protection {
    fn from(protection: alexandria_library::Protection) -> Self {
        let keychain = match protection.keychain {
            alexandria_library::KeychainStatus::HasKey => KeychainStatus::HasKey,
            alexandria_library::KeychainStatus::NoKey => KeychainStatus::NoKey,
            alexandria_library::KeychainStatus::Error(_) => KeychainStatus::Unavailable,
        };
        Self {
            slots: protection.slots.iter().map(Slot::from).collect(),
            keychain,
            needs_repair: protection.needs_repair(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: &str) {
        let credential: Credential = serde_json::from_str(json).unwrap();
        let shown = credential
            .unlock()
            .map_or_else(|error| serde_json::to_string(&error.code).unwrap(), |unlock| format!("{unlock:?}"));
        assert_eq!(shown, expect, "{json}");
    }

    #[test]
    fn credential_decodes_what_the_ui_sends() {
        check(r#"{"by":"keychain"}"#, "Unlock::Keychain");
        check(r#"{"by":"passphrase","passphrase":"open sesame"}"#, "Unlock::Passphrase");
        check(r#"{"by":"recovery-code","recoveryCode":"not one"}"#, "\"wrong-recovery-code\"");
        assert!(serde_json::from_str::<Credential>(r#"{"by":"luck"}"#).is_err());
    }
}
