//! What is said of the vault and its copy, and that what was taken away stays away.

use std::fs;

use alexandria_domain::CodedError;
use alexandria_vault::{CopyStatus, KeychainStatus};

use super::*;
use crate::doctor::{Finding, Severity};

const OLD: &str = "the old passphrase";
const NEW: &str = "the new passphrase";

fn words(text: &str) -> Unlock {
    Unlock::Passphrase(Passphrase::new(text.to_owned()))
}

/// Why the passphrase does not open the library.
async fn refused(folder: &Path, passphrase: &str) -> ErrorCode {
    Library::open(folder, words(passphrase)).await.unwrap_err().code()
}

async fn finding(folder: &Path) -> Finding {
    Finding::of_protection(&Library::protection_of(folder).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_whose_change_was_cut_short_opens_nothing_and_does_not_stay() {
    let folder = tempfile::tempdir().unwrap();
    let [vault, copy] = ["vault", "vault.prev"].map(|name| folder.path().join(name));
    let library = Library::create(folder.path(), words(OLD)).await.unwrap();
    let before = fs::read(&vault).unwrap();
    assert_eq!(library.set_passphrase(words(OLD), Passphrase::new(NEW.to_owned())).await.unwrap(), []);
    library.lock().await;
    // As a power cut leaves it that hits when the new vault is in place.
    fs::write(&copy, before).unwrap();
    let told = finding(folder.path()).await;
    assert_eq!(told.severity, Severity::Problem, "{}", told.message);
    assert_eq!(refused(folder.path(), OLD).await, ErrorCode::WrongPassphrase);
    Library::open(folder.path(), words(NEW)).await.unwrap().lock().await;
    assert_eq!(fs::read(&vault).unwrap(), fs::read(&copy).unwrap());
    assert_eq!(finding(folder.path()).await.severity, Severity::Fine);
    fs::remove_file(&vault).unwrap();
    assert_eq!(refused(folder.path(), OLD).await, ErrorCode::WrongPassphrase, "nor from the copy");
}

#[test]
fn the_doctor_says_how_the_copy_stands() {
    let check = |copy: CopyStatus, primary_missing: bool, severity: Severity, words: &str| {
        let (slots, keychain) = (vec![SlotKind::Passphrase], KeychainStatus::NoKey);
        let seen = Inspection { slots, unknown_slots: 0, keychain, primary_missing, copy };
        let found = Finding::of_protection(&seen);
        assert_eq!(found.severity, severity, "{copy:?}");
        assert!(found.message.contains(words), "{}", found.message);
    };
    check(CopyStatus::Same, false, Severity::Fine, "a passphrase opens the library");
    check(CopyStatus::Same, true, Severity::Problem, "only its copy is left");
    check(CopyStatus::Missing, false, Severity::Notice, "has no copy");
    check(CopyStatus::Damaged, false, Severity::Problem, "copy is damaged");
    check(CopyStatus::Outdated, false, Severity::Problem, "cut short");
    check(CopyStatus::Conflicting, false, Severity::Problem, "the vault or its copy is damaged");
}
