//! Changed, cut, missing and newer vault files.

use super::*;

fn with_passphrase() -> (TempDir, Unlocked) {
    let folder = folder();
    let protection = Protection::Passphrase(passphrase("open sesame"));
    let made = Vault::create(folder.path(), protection, &Fake::default()).ok().unwrap();
    (folder, made)
}

fn unlock(folder: &TempDir) -> Result<Unlocked, UnlockError> {
    Vault::unlock(folder.path(), Credential::Passphrase(passphrase("open sesame")), &Fake::default())
}

fn edit(folder: &TempDir, change: impl FnOnce(String) -> String) {
    let path = folder.path().join("vault");
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text);
    fs::write(path, changed).unwrap();
}

/// Puts another hexadecimal digit in the place of the first one of `field`.
fn change_digit(text: &str, field: &str) -> String {
    let (before, value) = text.split_once(&format!("\"{field}\": \"")).unwrap();
    let (first, rest) = value.split_at(1);
    format!("{before}\"{field}\": \"{}{rest}", if first == "0" { "1" } else { "0" })
}

#[test]
fn every_field_counts() {
    let check = |change: &dyn Fn(String) -> String, expected: fn(&UnlockError) -> bool| {
        let (folder, _) = with_passphrase();
        edit(&folder, change);
        let error = unlock(&folder).err().expect("opened");
        assert!(expected(&error), "{error:?}");
    };
    for field in ["library", "device", "keys", "envelope"] {
        check(&|text| change_digit(&text, field), |error| {
            matches!(error, UnlockError::Damaged | UnlockError::NewerVersion)
        });
    }
    check(&|text| change_digit(&text, "salt"), |error| matches!(error, UnlockError::WrongPassphrase));
    check(&|text| text.replace("65536", "8"), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("\"version\": 1", "\"version\": 2"), |error| matches!(error, UnlockError::NewerVersion));
    check(&|text| text.replace("\"version\": 1", "\"version\": 0"), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("\"keys\"", "\"more\": 1, \"keys\""), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("alexandria-vault", "something"), |error| matches!(error, UnlockError::Damaged));
}

#[test]
fn a_vault_cut_anywhere_is_damaged_and_never_replaced() {
    let (folder, _) = with_passphrase();
    let text = fs::read(folder.path().join("vault")).unwrap();
    // The last byte is a line end, without which the file is still whole.
    for length in 0..text.len() - 1 {
        fs::write(folder.path().join("vault"), &text[..length]).unwrap();
        assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::Damaged, "{length}");
        let failed = Vault::create(folder.path(), Protection::Keychain, &Fake::default()).err();
        assert!(matches!(failed, Some(CreateError::Exists)));
    }
    fs::write(folder.path().join("vault"), vec![b' '; 1 << 20]).unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::Damaged);
}

#[test]
fn the_previous_copy_stands_in() {
    let (folder, made) = with_passphrase();
    Vault::protect(
        folder.path(),
        Credential::Passphrase(passphrase("open sesame")),
        Protection::Keychain,
        &Fake::default(),
    )
    .unwrap();
    fs::write(folder.path().join("vault"), "").unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase]));
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&made));
    fs::remove_file(folder.path().join("vault")).unwrap();
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&made));
    let failed = Vault::create(folder.path(), Protection::Keychain, &Fake::default()).err();
    assert!(matches!(failed, Some(CreateError::Exists)));
}

#[test]
fn a_newer_vault_is_left_alone() {
    let folder = folder();
    let newer = r#"{"format": "alexandria-vault", "version": 2, "all": "different"}"#;
    fs::write(folder.path().join("vault"), newer).unwrap();
    assert!(matches!(Vault::state(folder.path()), Err(StateError::NewerVersion)));
    assert!(matches!(unlock(&folder).err(), Some(UnlockError::NewerVersion)));
    let failed = Vault::create(folder.path(), Protection::Keychain, &Fake::default()).err();
    assert!(matches!(failed, Some(CreateError::Exists)));
    assert_eq!(snapshot(folder.path()), [("vault".to_owned(), newer.as_bytes().to_vec())]);
}

#[test]
fn slots_of_a_kind_not_known_here_are_kept() {
    let (folder, made) = with_passphrase();
    edit(&folder, |text| text.replace("\"slots\": [", "\"slots\": [{\"kind\": \"recovery\", \"envelope\": \"00ff\"},"));
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase]));
    let keychain = Fake::default();
    let credential = Credential::Passphrase(passphrase("open sesame"));
    Vault::protect(folder.path(), credential, Protection::Keychain, &keychain).unwrap();
    assert!(fs::read_to_string(folder.path().join("vault")).unwrap().contains("\"recovery\""));
    let opened = Vault::unlock(folder.path(), Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&made));
}

#[cfg(unix)]
#[test]
fn the_vault_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = with_passphrase();
    let mode = fs::metadata(folder.path().join("vault")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(snapshot(folder.path()).len(), 1);
}

#[test]
fn a_folder_that_cannot_be_written_leaves_no_key_in_the_keychain() {
    let (folder, keychain) = (folder(), Fake::default());
    // A folder in the place of the scratch file: no file can be made there, even by root.
    fs::create_dir(folder.path().join("vault.tmp")).unwrap();
    let failed = Vault::create(folder.path(), Protection::Keychain, &keychain).err();
    assert!(matches!(failed, Some(CreateError::Io(_))));
    assert_eq!(keychain.entries(), HashMap::new());
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::None);
}
