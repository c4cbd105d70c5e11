//! Checks how a library is protected against being lost together with its credentials.

use alexandria_vault::{CopyStatus, Inspection, KeychainStatus, SlotKind};

use super::finding::{Finding, Remedy};

const CHECK: &str = "protection";

impl Finding {
    /// Judges the vault, its copy and the credentials of a library.
    #[must_use]
    pub fn of_protection(protection: &Inspection) -> Self {
        check_protection(protection)
    }
}

fn check_protection(protection: &Inspection) -> Finding {
    let has = |kind| protection.slots.contains(&kind);
    if protection.primary_missing {
        return Finding::error(CHECK, "the vault is damaged and only its copy is left").with_remedy(Remedy::Repair);
    }
    if let Some(finding) = check_copy(protection.copy) {
        return finding;
    }
    match protection.keychain {
        KeychainStatus::NoKey if has(SlotKind::Keychain) => {
            return Finding::warning(CHECK, "the keychain has lost the key").with_remedy(Remedy::AddKeychain);
        }
        KeychainStatus::Error(error) if has(SlotKind::Keychain) => {
            return Finding::warning(CHECK, error.to_string());
        }
        _ => {}
    }
    if protection.copy == CopyStatus::Missing {
        return Finding::warning(CHECK, "the vault has no copy to fall back on").with_remedy(Remedy::Repair);
    }
    match (has(SlotKind::Passphrase), has(SlotKind::RecoveryCode)) {
        (_, true) => Finding::ok(CHECK, "a recovery code opens the library if everything else is lost"),
        (true, false) => Finding::ok(CHECK, "a passphrase opens the library; there is no recovery code for it"),
        (false, false) => {
            Finding::warning(CHECK, "only the keychain opens this library; if it is lost, so is the library")
                .with_remedy(Remedy::AddRecoveryCode)
        }
    }
}

/// What is wrong with the vault's copy. A missing copy is not serious and judged last.
fn check_copy(copy: CopyStatus) -> Option<Finding> {
    let (message, remedy) = match copy {
        CopyStatus::Same | CopyStatus::Missing => return None,
        CopyStatus::Damaged => ("the vault's copy is damaged", Remedy::Repair),
        CopyStatus::Outdated => (
            "a change of the library's protection was interrupted: a credential that was removed could still open the \
             copy of the vault",
            Remedy::FinishProtectionChange,
        ),
        CopyStatus::Conflicting => ("the vault or its copy is damaged", Remedy::RepairWithOtherCredential),
    };
    Some(Finding::error(CHECK, message).with_remedy(remedy))
}
