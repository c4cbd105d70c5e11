//! Health checks of libraries in all states, without their keys.

use std::fs;
use std::path::Path;

use alexandria_vault::{CopyStatus, Inspection, KeychainError, KeychainStatus, SlotKind};
use tokio_util::sync::CancellationToken;

use super::preflight::judge_keychain;
#[cfg(unix)]
use super::preflight::judge_space;
use super::*;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

/// The result of one check of the library in the folder.
async fn outcome(folder: &Path, check: &str) -> (Severity, String) {
    let findings = Library::check_without_key(folder).await.unwrap();
    let found = findings.into_iter().find(|finding| finding.check == check).unwrap();
    (found.severity, found.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn check_without_key_reports_the_state_of_the_vault() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path().join("library");
    let check = async |expect: Severity, words: &str| {
        let (severity, message) = outcome(&folder, "vault").await;
        assert!(severity == expect && message.contains(words), "{severity:?}: {message}");
    };
    check(Severity::Warning, "none yet").await;
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    Library::create(&folder, unlock).await.unwrap().lock().await;
    check(Severity::Ok, "a passphrase").await;
    assert_eq!(outcome(&folder, "keychain").await.0, Severity::Ok, "it is not needed");
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    for name in ["vault", "vault.prev"] {
        fs::write(folder.join(name), "no vault").unwrap();
    }
    check(Severity::Error, "damaged").await;
    for name in ["vault", "vault.prev"] {
        fs::remove_file(folder.join(name)).unwrap();
    }
    check(Severity::Error, "missing").await;
    fs::write(folder.join("vault"), "no vault").unwrap();
    fs::write(folder.join("vault.prev"), "no vault").unwrap();
    let after: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(after.len(), files.len(), "checking creates nothing: {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_without_key_reports_unusable_folders() {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("file");
    fs::write(&file, "text").unwrap();
    assert_eq!(outcome(&file, "folder").await.0, Severity::Error);
    assert_eq!(outcome(&here.path().join("absent"), "folder").await.0, Severity::Warning);
    #[cfg(unix)]
    for (mode, expect) in [(0o700, Severity::Ok), (0o750, Severity::Warning), (0o770, Severity::Warning)] {
        let folder = here.path().join(format!("{mode:o}"));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        assert_eq!(outcome(&folder, "folder").await.0, expect, "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn judge_space_warns_before_the_disk_is_full() {
    let check = |megabytes: u64, expect| assert_eq!(judge_space(megabytes << 20).severity, expect, "{megabytes}");
    check(0, Severity::Error);
    check(15, Severity::Error);
    check(16, Severity::Warning);
    check(1023, Severity::Warning);
    check(1024, Severity::Ok);
}

#[test]
fn judge_keychain_is_as_severe_as_the_library_needs_it() {
    let check = |standing: KeychainStatus, slots: Option<&[SlotKind]>, expect: Severity| {
        assert_eq!(judge_keychain(standing, slots).severity, expect, "{standing:?} {slots:?}");
    };
    let locked = KeychainStatus::Error(KeychainError::Locked);
    let (alone, both) = ([SlotKind::Keychain], [SlotKind::Keychain, SlotKind::Passphrase]);
    check(KeychainStatus::HasKey, Some(&alone), Severity::Ok);
    check(KeychainStatus::NoKey, Some(&alone), Severity::Error);
    check(locked, Some(&alone), Severity::Error);
    check(KeychainStatus::NoKey, Some(&both), Severity::Warning);
    check(locked, Some(&both), Severity::Warning);
    check(locked, Some(&[SlotKind::Passphrase]), Severity::Ok);
    check(KeychainStatus::NoKey, Some(&[SlotKind::Passphrase]), Severity::Ok);
    check(KeychainStatus::NoKey, None, Severity::Ok);
    check(locked, None, Severity::Warning);
}

#[test]
fn check_protection_reports_the_state_of_the_copy() {
    let check = |copy: CopyStatus, primary_missing: bool, severity: Severity, words: &str| {
        let (slots, keychain) = (vec![SlotKind::Passphrase], KeychainStatus::NoKey);
        let inspection = Inspection { slots, unknown_slots: 0, keychain, primary_missing, copy };
        let finding = Finding::of_protection(&inspection);
        assert_eq!(finding.severity, severity, "{copy:?}");
        assert!(finding.message.contains(words), "{}", finding.message);
    };
    check(CopyStatus::Same, false, Severity::Ok, "a passphrase opens the library");
    check(CopyStatus::Same, true, Severity::Error, "only its copy is left");
    check(CopyStatus::Missing, false, Severity::Warning, "has no copy");
    check(CopyStatus::Damaged, false, Severity::Error, "copy is damaged");
    check(CopyStatus::Outdated, false, Severity::Error, "was interrupted");
    check(CopyStatus::Conflicting, false, Severity::Error, "the vault or its copy is damaged");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_reports_how_far_it_is_and_can_be_cancelled() {
    let here = tempfile::tempdir().unwrap();
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::create(&here.path().join("library"), unlock).await.unwrap();
    let file = here.path().join("book.txt");
    fs::write(&file, "The keeper trims the lamp. ".repeat(100_000)).unwrap();
    library.import(vec![file]).wait().await;

    let reported = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let reports = std::sync::Arc::clone(&reported);
    let watch = Watch::new(CancellationToken::new(), move |done, total| reports.lock().unwrap().push((done, total)));
    library.check(&watch).await.unwrap();
    let reported = reported.lock().unwrap().clone();
    assert_eq!(reported.last(), Some(&(2_700_000, 2_700_000)));
    assert!(reported.len() > 1 && reported.is_sorted(), "{reported:?}");

    let cancel = CancellationToken::new();
    let token = cancel.clone();
    let watch = Watch::new(cancel, move |done, total| {
        assert!(done < total, "it went on");
        token.cancel();
    });
    assert!(matches!(library.check(&watch).await, Err(crate::ShelfError::Cancelled)));
}
