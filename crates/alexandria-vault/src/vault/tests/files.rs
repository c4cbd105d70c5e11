//! Changed, truncated, missing and newer vault files.

use super::recovery::{add_code, with_code};
use super::*;

fn new_vault() -> (TempDir, Unlocked) {
    let folder = folder();
    let protection = Protection::Passphrase(passphrase("open sesame"));
    let created = Vault::create(folder.path(), &protection, &FakeKeychain::default()).ok().unwrap();
    (folder, created)
}

fn unlock(folder: &TempDir) -> Result<Unlocked, UnlockError> {
    Vault::unlock(folder.path(), &Credential::Passphrase(passphrase("open sesame")), &FakeKeychain::default())
}

fn edit(folder: &TempDir, change: impl FnOnce(String) -> String) {
    let path = folder.path().join("vault");
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text);
    fs::write(path, changed).unwrap();
    fs::remove_file(folder.path().join("vault.prev")).unwrap();
}

/// Replaces the first hexadecimal digit of `field`.
fn change_digit(text: &str, field: &str) -> String {
    let (before, value) = text.split_once(&format!("\"{field}\": \"")).unwrap();
    let (first, rest) = value.split_at(1);
    format!("{before}\"{field}\": \"{}{rest}", if first == "0" { "1" } else { "0" })
}

#[test]
fn every_vault_field_is_authenticated_or_validated() {
    let check = |change: &dyn Fn(String) -> String, expected: fn(&UnlockError) -> bool| {
        let (folder, _) = new_vault();
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
    check(&|text| text.replace("19456", "8"), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("\"version\": 1", "\"version\": 4"), |error| matches!(error, UnlockError::NewerVersion));
    check(&|text| text.replace("\"version\": 1", "\"version\": 0"), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("\"keys\"", "\"more\": 1, \"keys\""), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("alexandria-vault", "something"), |error| matches!(error, UnlockError::Damaged));
}

#[test]
fn truncated_vault_is_damaged_and_never_replaced() {
    let (folder, _) = new_vault();
    let text = fs::read(folder.path().join("vault")).unwrap();
    fs::remove_file(folder.path().join("vault.prev")).unwrap();
    // Without its last byte, a line feed, the file is still intact.
    for length in 0..text.len() - 1 {
        fs::write(folder.path().join("vault"), &text[..length]).unwrap();
        assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::Damaged, "{length}");
        let failed = Vault::create(folder.path(), &Protection::Keychain, &FakeKeychain::default()).err();
        assert!(matches!(failed, Some(CreateError::Exists)));
    }
    fs::write(folder.path().join("vault"), vec![b' '; 1 << 20]).unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::Damaged);
}

#[test]
fn copy_opens_when_vault_is_corrupt_or_missing() {
    let (folder, created) = new_vault();
    Vault::protect(
        folder.path(),
        &Credential::Passphrase(passphrase("open sesame")),
        &Protection::Keychain,
        &FakeKeychain::default(),
    )
    .unwrap();
    fs::write(folder.path().join("vault"), "").unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase, SlotKind::Keychain]));
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&created));
    fs::remove_file(folder.path().join("vault")).unwrap();
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&created));
    let failed = Vault::create(folder.path(), &Protection::Keychain, &FakeKeychain::default()).err();
    assert!(matches!(failed, Some(CreateError::Exists)));
}

#[test]
fn damaged_vault_opens_from_copy_and_next_change_repairs_it() {
    let check = |damage: &dyn Fn(&str) -> String| {
        let (folder, created) = new_vault();
        let path = folder.path().join("vault");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, damage(&text)).unwrap();
        let copy = fs::read(folder.path().join("vault.prev")).unwrap();
        assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&created));
        // Until a new vault is in place, the intact copy is the only one, and stays.
        let keychain = FakeKeychain::default();
        fs::create_dir(folder.path().join("vault.tmp")).unwrap();
        let with = with_passphrase("open sesame");
        assert!(Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain).is_err());
        assert_eq!(fs::read(folder.path().join("vault.prev")).unwrap(), copy);
        fs::remove_dir(folder.path().join("vault.tmp")).unwrap();
        Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain).unwrap();
        fs::remove_file(folder.path().join("vault.prev")).unwrap();
        for credential in [with, Credential::Keychain] {
            let opened = Vault::unlock(folder.path(), &credential, &keychain).ok().unwrap();
            assert_eq!(fingerprint(&opened), fingerprint(&created));
        }
    };
    check(&|text| text.split_at(text.len() / 2).0.to_owned());
    for field in ["library", "device", "keys", "envelope", "salt"] {
        check(&|text| change_digit(text, field));
    }
}

fn copy_status(folder: &TempDir) -> CopyStatus {
    Vault::inspect(folder.path(), &FakeKeychain::default()).unwrap().copy
}

fn repair(folder: &TempDir, opened: &Unlocked) {
    Vault::repair(folder.path(), &opened.unlock_record, &FakeKeychain::default()).unwrap();
}

#[test]
fn intact_file_of_vault_and_copy_is_exported_and_kept() {
    for (damaged, intact) in [("vault", "vault.prev"), ("vault.prev", "vault")] {
        for field in ["library", "device", "keys", "envelope", "salt"] {
            let (folder, created) = new_vault();
            let [damaged, intact] = [damaged, intact].map(|name| folder.path().join(name));
            let text = fs::read_to_string(&intact).unwrap();
            fs::write(&damaged, change_digit(&text, field)).unwrap();
            assert_eq!(copy_status(&folder), CopyStatus::Conflicting, "{field} in {damaged:?}");
            // Damaged while the library was open, or before.
            assert_eq!(Vault::export(folder.path(), &created.unlock_record).unwrap(), text, "{field} in {damaged:?}");
            let opened = unlock(&folder).ok().unwrap();
            assert_eq!(fingerprint(&opened), fingerprint(&created));
            assert_eq!(Vault::export(folder.path(), &opened.unlock_record).unwrap(), text, "{field} in {damaged:?}");
            repair(&folder, &opened);
            assert_eq!(fs::read_to_string(&damaged).unwrap(), text, "{field} in {damaged:?}");
            assert_eq!(copy_status(&folder), CopyStatus::Same);
        }
    }
}

#[test]
fn repair_keeps_a_slot_that_may_be_intact() {
    let (folder, _) = new_vault();
    let code = with_code(&add_code(folder.path(), &with_passphrase("open sesame"), &FakeKeychain::default()));
    let [vault, copy] = ["vault", "vault.prev"].map(|name| folder.path().join(name));
    let text = fs::read_to_string(&vault).unwrap();
    let (before, after) = text.rsplit_once("\"envelope\"").unwrap();
    let damaged = format!("{before}{}", change_digit(&format!("\"envelope\"{after}"), "envelope"));
    fs::write(&vault, &damaged).unwrap();
    // The passphrase cannot tell which of the two recovery slots is damaged; the code can.
    let by_passphrase = unlock(&folder).ok().unwrap();
    repair(&folder, &by_passphrase);
    let now = [&vault, &copy].map(|path| fs::read_to_string(path).unwrap());
    assert_eq!(now, [damaged, text.clone()]);
    let by_code = Vault::unlock(folder.path(), &code, &FakeKeychain::default()).ok().unwrap();
    repair(&folder, &by_code);
    let now = [&vault, &copy].map(|path| fs::read_to_string(path).unwrap());
    assert_eq!(now, [text.clone(), text]);
    assert_eq!(copy_status(&folder), CopyStatus::Same);
}

#[test]
fn repair_restores_missing_vault_or_copy() {
    let check = |name: &str, damage: fn(&Path), expected: CopyStatus| {
        let (folder, created) = new_vault();
        let before = snapshot(folder.path());
        damage(&folder.path().join(name));
        assert_eq!(copy_status(&folder), expected, "{name}");
        let opened = unlock(&folder).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&created));
        repair(&folder, &opened);
        assert_eq!(snapshot(folder.path()), before, "{name}");
        assert_eq!(copy_status(&folder), CopyStatus::Same);
    };
    let truncate: fn(&Path) = |path| fs::write(path, "{").unwrap();
    let remove: fn(&Path) = |path| fs::remove_file(path).unwrap();
    check("vault", truncate, CopyStatus::Same);
    check("vault", remove, CopyStatus::Same);
    check("vault.prev", truncate, CopyStatus::Damaged);
    check("vault.prev", remove, CopyStatus::Missing);
}

#[test]
fn unreadable_copy_does_not_prevent_unlock() {
    let (folder, created) = new_vault();
    fs::remove_file(folder.path().join("vault.prev")).unwrap();
    fs::create_dir(folder.path().join("vault.prev")).unwrap();
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&created));
    assert_eq!(copy_status(&folder), CopyStatus::Damaged);
}

#[test]
fn newer_vault_is_refused_and_unchanged() {
    let folder = folder();
    let newer = r#"{"format": "alexandria-vault", "version": 4, "all": "different"}"#;
    fs::write(folder.path().join("vault"), newer).unwrap();
    assert!(matches!(Vault::state(folder.path()), Err(StateError::NewerVersion)));
    assert!(matches!(unlock(&folder).err(), Some(UnlockError::NewerVersion)));
    let failed = Vault::create(folder.path(), &Protection::Keychain, &FakeKeychain::default()).err();
    assert!(matches!(failed, Some(CreateError::Exists)));
    assert_eq!(snapshot(folder.path()), [("vault".to_owned(), newer.as_bytes().to_vec())]);
}

#[test]
fn unknown_slots_are_preserved_by_a_change() {
    let (folder, created) = new_vault();
    edit(&folder, |text| text.replace("\"slots\": [", "\"slots\": [{\"kind\": \"security-key\", \"more\": \"00ff\"},"));
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase]));
    let keychain = FakeKeychain::default();
    let credential = Credential::Passphrase(passphrase("open sesame"));
    Vault::protect(folder.path(), &credential, &Protection::Keychain, &keychain).unwrap();
    assert!(fs::read_to_string(folder.path().join("vault")).unwrap().contains("\"security-key\""));
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&created));
}

#[cfg(unix)]
#[test]
fn vault_files_are_readable_by_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = new_vault();
    for name in ["vault", "vault.prev"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(snapshot(folder.path()).len(), 2);
}

#[test]
fn unwritable_folder_leaves_no_keychain_entry() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    // A folder with the name of the temporary file: not even root can create the file.
    fs::create_dir(folder.path().join("vault.tmp")).unwrap();
    let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err();
    assert!(matches!(failed, Some(CreateError::Io(_))));
    assert_eq!(keychain.entries(), HashMap::new());
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::None);
}
