//! What opens a library, and what protects one. Secrets come in here and go no further than the core; the only one that
//! leaves is a recovery code, once, to be shown.

use alexandria_library::domain::ErrorCode;
use alexandria_library::{KeychainStatus, Passphrase, RecoveryCode, SlotKind, Unlock};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::CommandError;

/// What protects a new library's key.
// No `Debug`: it may hold a passphrase.
#[derive(Deserialize, TS)]
pub(crate) struct NewLibrary {
    /// The passphrase; null for the operating system's keychain.
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
    /// As the core takes it. A recovery code that cannot be one is refused here.
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

/// Something that only who can open the library may do.
#[derive(Deserialize, TS)]
pub(crate) struct Authorised {
    /// What opens the library now.
    pub(crate) with: Credential,
}

/// A passphrase to add, or to put in place of the present one.
#[derive(Deserialize, TS)]
pub(crate) struct SetPassphrase {
    /// What opens the library now.
    pub(crate) with: Credential,
    /// The new passphrase.
    pub(crate) passphrase: String,
}

/// A protection to remove.
#[derive(Deserialize, TS)]
pub(crate) struct RemoveProtection {
    /// What opens the library now.
    pub(crate) with: Credential,
    /// The kind.
    pub(crate) slot: Slot,
}

/// A recovery code that opens nothing yet.
// No `Debug`: it is a secret.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownCode {
    /// The code, to be copied by hand.
    pub(crate) code: String,
}

/// A recovery code, typed back.
#[derive(Deserialize, TS)]
pub(crate) struct Reentry {
    /// As typed.
    pub(crate) code: String,
}

/// What protects the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Protection {
    /// What opens it.
    pub(crate) slots: Vec<Slot>,
    /// How the keychain stands to it.
    pub(crate) keychain: Keychain,
    /// Whether its key file or the copy of it is lost, damaged or out of date; any change mends that.
    pub(crate) needs_mending: bool,
}

/// A way to open a library.
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

/// How the keychain stands to a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Keychain {
    /// It works and has the key.
    HasKey,
    /// It works and does not have the key.
    HasNone,
    /// It cannot be used now.
    Trouble,
}

/// What a change that was made could not take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CleanupFailure {
    /// The key file's previous copy still opens the old way.
    PreviousCopy,
    /// The keychain still has an entry that is of no use.
    KeychainEntry,
}

impl From<alexandria_library::CleanupFailure> for CleanupFailure {
    fn from(leftover: alexandria_library::CleanupFailure) -> Self {
        match leftover {
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
    fn from(found: alexandria_library::Protection) -> Self {
        let keychain = match found.keychain {
            KeychainStatus::HasKey => Keychain::HasKey,
            KeychainStatus::NoKey => Keychain::HasNone,
            KeychainStatus::Error(_) => Keychain::Trouble,
        };
        Self { slots: found.slots.iter().map(Slot::from).collect(), keychain, needs_mending: found.needs_repair() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: &str) {
        let credential: Credential = serde_json::from_str(json).unwrap();
        let shown = credential
            .unlock()
            .map_or_else(|refused| serde_json::to_string(&refused.code).unwrap(), |unlock| format!("{unlock:?}"));
        assert_eq!(shown, expect, "{json}");
    }

    #[test]
    fn credentials_are_what_the_ui_says() {
        check(r#"{"by":"keychain"}"#, "Unlock::Keychain");
        check(r#"{"by":"passphrase","passphrase":"open sesame"}"#, "Unlock::Passphrase");
        check(r#"{"by":"recovery-code","recoveryCode":"not one"}"#, "\"wrong-recovery-code\"");
        assert!(serde_json::from_str::<Credential>(r#"{"by":"luck"}"#).is_err());
    }
}
