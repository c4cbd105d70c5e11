//! Libraries in all states, looked at without what opens them.

use std::fs;

use super::*;
use crate::open::{Passphrase, Unlock};

/// How a check of the library in the folder came out.
async fn outcome(folder: &Path, check: &str) -> (Severity, String) {
    let findings = Library::check_without_key(folder).await.unwrap();
    let found = findings.into_iter().find(|finding| finding.check == check).unwrap();
    (found.severity, found.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_seen_without_opening_it() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path().join("library");
    let check = async |expect: Severity, words: &str| {
        let (severity, message) = outcome(&folder, "vault").await;
        assert!(severity == expect && message.contains(words), "{severity:?}: {message}");
    };
    check(Severity::Notice, "there is none yet").await;
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    Library::create(&folder, unlock).await.unwrap().lock().await;
    check(Severity::Fine, "a passphrase").await;
    assert_eq!(outcome(&folder, "keychain").await.0, Severity::Fine, "it is not needed");
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    for name in ["vault", "vault.prev"] {
        fs::write(folder.join(name), "no vault").unwrap();
    }
    check(Severity::Problem, "damaged").await;
    for name in ["vault", "vault.prev"] {
        fs::remove_file(folder.join(name)).unwrap();
    }
    check(Severity::Problem, "missing").await;
    fs::write(folder.join("vault"), "no vault").unwrap();
    fs::write(folder.join("vault.prev"), "no vault").unwrap();
    let after: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(after.len(), files.len(), "looking makes nothing: {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_none_is_a_problem_and_one_that_is_missing_is_not() {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("file");
    fs::write(&file, "text").unwrap();
    assert_eq!(outcome(&file, "folder").await.0, Severity::Problem);
    assert_eq!(outcome(&here.path().join("absent"), "folder").await.0, Severity::Notice);
    #[cfg(unix)]
    for (mode, expect) in [(0o700, Severity::Fine), (0o750, Severity::Notice), (0o770, Severity::Notice)] {
        let folder = here.path().join(format!("{mode:o}"));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        assert_eq!(outcome(&folder, "folder").await.0, expect, "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn a_disk_is_judged_by_its_room() {
    let check = |megabytes: u64, expect| assert_eq!(room(megabytes << 20).0, expect, "{megabytes}");
    check(0, Severity::Problem);
    check(15, Severity::Problem);
    check(16, Severity::Notice);
    check(1023, Severity::Notice);
    check(1024, Severity::Fine);
}

#[test]
fn the_keychain_matters_as_much_as_it_is_needed() {
    let check = |standing: KeychainStatus, slots: Option<&[SlotKind]>, expect: Severity| {
        assert_eq!(judge(standing, slots).0, expect, "{standing:?} {slots:?}");
    };
    let locked = KeychainStatus::Error(KeychainError::Locked);
    let (alone, both) = ([SlotKind::Keychain], [SlotKind::Keychain, SlotKind::Passphrase]);
    check(KeychainStatus::HasKey, Some(&alone), Severity::Fine);
    check(KeychainStatus::NoKey, Some(&alone), Severity::Problem);
    check(locked, Some(&alone), Severity::Problem);
    check(KeychainStatus::NoKey, Some(&both), Severity::Notice);
    check(locked, Some(&both), Severity::Notice);
    check(locked, Some(&[SlotKind::Passphrase]), Severity::Fine);
    check(KeychainStatus::NoKey, Some(&[SlotKind::Passphrase]), Severity::Fine);
    check(KeychainStatus::NoKey, None, Severity::Fine);
    check(locked, None, Severity::Notice);
}
