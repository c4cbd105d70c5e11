//! Changed, cut, missing and newer vault files.

use super::recovery::{add_code, with_code};
use super::*;

fn made() -> (TempDir, Unlocked) {
    let folder = folder();
    let protection = Protection::Passphrase(passphrase("open sesame"));
    let made = Vault::create(folder.path(), &protection, &Fake::default()).ok().unwrap();
    (folder, made)
}

fn unlock(folder: &TempDir) -> Result<Unlocked, UnlockError> {
    Vault::unlock(folder.path(), &Credential::Passphrase(passphrase("open sesame")), &Fake::default())
}

fn edit(folder: &TempDir, change: impl FnOnce(String) -> String) {
    let path = folder.path().join("vault");
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text);
    fs::write(path, changed).unwrap();
    fs::remove_file(folder.path().join("vault.prev")).unwrap();
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
        let (folder, _) = made();
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
    check(&|text| text.replace("\"version\": 1", "\"version\": 3"), |error| matches!(error, UnlockError::NewerVersion));
    check(&|text| text.replace("\"version\": 1", "\"version\": 0"), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("\"keys\"", "\"more\": 1, \"keys\""), |error| matches!(error, UnlockError::Damaged));
    check(&|text| text.replace("alexandria-vault", "something"), |error| matches!(error, UnlockError::Damaged));
}

#[test]
fn a_vault_cut_anywhere_is_damaged_and_never_replaced() {
    let (folder, _) = made();
    let text = fs::read(folder.path().join("vault")).unwrap();
    fs::remove_file(folder.path().join("vault.prev")).unwrap();
    // The last byte is a line end, without which the file is still whole.
    for length in 0..text.len() - 1 {
        fs::write(folder.path().join("vault"), &text[..length]).unwrap();
        assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::Damaged, "{length}");
        let failed = Vault::create(folder.path(), &Protection::Keychain, &Fake::default()).err();
        assert!(matches!(failed, Some(CreateError::Exists)));
    }
    fs::write(folder.path().join("vault"), vec![b' '; 1 << 20]).unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::Damaged);
}

#[test]
fn the_previous_copy_stands_in() {
    let (folder, made) = made();
    Vault::protect(
        folder.path(),
        &Credential::Passphrase(passphrase("open sesame")),
        &Protection::Keychain,
        &Fake::default(),
    )
    .unwrap();
    fs::write(folder.path().join("vault"), "").unwrap();
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase, SlotKind::Keychain]));
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&made));
    fs::remove_file(folder.path().join("vault")).unwrap();
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&made));
    let failed = Vault::create(folder.path(), &Protection::Keychain, &Fake::default()).err();
    assert!(matches!(failed, Some(CreateError::Exists)));
}

#[test]
fn a_damaged_vault_opens_from_its_copy_and_is_mended_by_the_next_change() {
    let check = |damage: &dyn Fn(&str) -> String| {
        let (folder, made) = made();
        let path = folder.path().join("vault");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, damage(&text)).unwrap();
        let copy = fs::read(folder.path().join("vault.prev")).unwrap();
        assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&made));
        // Until a new vault is in place the good copy is the only one, and stays.
        let keychain = Fake::default();
        fs::create_dir(folder.path().join("vault.tmp")).unwrap();
        let with = with_passphrase("open sesame");
        assert!(Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain).is_err());
        assert_eq!(fs::read(folder.path().join("vault.prev")).unwrap(), copy);
        fs::remove_dir(folder.path().join("vault.tmp")).unwrap();
        Vault::protect(folder.path(), &with, &Protection::Keychain, &keychain).unwrap();
        fs::remove_file(folder.path().join("vault.prev")).unwrap();
        for credential in [with, Credential::Keychain] {
            let opened = Vault::unlock(folder.path(), &credential, &keychain).ok().unwrap();
            assert_eq!(fingerprint(&opened), fingerprint(&made));
        }
    };
    check(&|text| text.split_at(text.len() / 2).0.to_owned());
    for field in ["library", "device", "keys", "envelope", "salt"] {
        check(&|text| change_digit(text, field));
    }
}

fn standing(folder: &TempDir) -> CopyStanding {
    Vault::inspect(folder.path(), &Fake::default()).unwrap().copy
}

fn mend(folder: &TempDir, opened: &Unlocked) {
    Vault::mend(folder.path(), &opened.witness, &Fake::default()).unwrap();
}

#[test]
fn of_vault_and_copy_the_good_one_is_backed_up_and_kept() {
    for (damaged, whole) in [("vault", "vault.prev"), ("vault.prev", "vault")] {
        for field in ["library", "device", "keys", "envelope", "salt"] {
            let (folder, made) = made();
            let [damaged, whole] = [damaged, whole].map(|name| folder.path().join(name));
            let text = fs::read_to_string(&whole).unwrap();
            fs::write(&damaged, change_digit(&text, field)).unwrap();
            assert_eq!(standing(&folder), CopyStanding::Differs, "{field} in {damaged:?}");
            // It was damaged while the library was open, or before.
            assert_eq!(Vault::copy(folder.path(), &made.witness).unwrap(), text, "{field} in {damaged:?}");
            let opened = unlock(&folder).ok().unwrap();
            assert_eq!(fingerprint(&opened), fingerprint(&made));
            assert_eq!(Vault::copy(folder.path(), &opened.witness).unwrap(), text, "{field} in {damaged:?}");
            mend(&folder, &opened);
            assert_eq!(fs::read_to_string(&damaged).unwrap(), text, "{field} in {damaged:?}");
            assert_eq!(standing(&folder), CopyStanding::Same);
        }
    }
}

#[test]
fn a_slot_that_may_be_the_good_one_is_not_written_over() {
    let (folder, _) = made();
    let code = with_code(&add_code(folder.path(), &with_passphrase("open sesame"), &Fake::default()));
    let [vault, copy] = ["vault", "vault.prev"].map(|name| folder.path().join(name));
    let text = fs::read_to_string(&vault).unwrap();
    let (before, after) = text.rsplit_once("\"envelope\"").unwrap();
    let damaged = format!("{before}{}", change_digit(&format!("\"envelope\"{after}"), "envelope"));
    fs::write(&vault, &damaged).unwrap();
    // The passphrase does not know which of the two recovery slots is the damaged one; the code does.
    let by_passphrase = unlock(&folder).ok().unwrap();
    mend(&folder, &by_passphrase);
    let now = [&vault, &copy].map(|path| fs::read_to_string(path).unwrap());
    assert_eq!(now, [damaged, text.clone()]);
    let by_code = Vault::unlock(folder.path(), &code, &Fake::default()).ok().unwrap();
    mend(&folder, &by_code);
    let now = [&vault, &copy].map(|path| fs::read_to_string(path).unwrap());
    assert_eq!(now, [text.clone(), text]);
    assert_eq!(standing(&folder), CopyStanding::Same);
}

#[test]
fn a_lost_vault_or_copy_is_made_again() {
    let check = |lost: &str, lose: fn(&Path), expected: CopyStanding| {
        let (folder, made) = made();
        let before = snapshot(folder.path());
        lose(&folder.path().join(lost));
        assert_eq!(standing(&folder), expected, "{lost}");
        let opened = unlock(&folder).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&made));
        mend(&folder, &opened);
        assert_eq!(snapshot(folder.path()), before, "{lost}");
        assert_eq!(standing(&folder), CopyStanding::Same);
    };
    let cut: fn(&Path) = |path| fs::write(path, "{").unwrap();
    let remove: fn(&Path) = |path| fs::remove_file(path).unwrap();
    check("vault", cut, CopyStanding::Same);
    check("vault", remove, CopyStanding::Same);
    check("vault.prev", cut, CopyStanding::Damaged);
    check("vault.prev", remove, CopyStanding::Missing);
}

#[test]
fn trouble_with_the_copy_is_no_trouble() {
    let (folder, made) = made();
    fs::remove_file(folder.path().join("vault.prev")).unwrap();
    fs::create_dir(folder.path().join("vault.prev")).unwrap();
    assert_eq!(fingerprint(&unlock(&folder).ok().unwrap()), fingerprint(&made));
    assert_eq!(standing(&folder), CopyStanding::Damaged);
}

#[test]
fn a_newer_vault_is_left_alone() {
    let folder = folder();
    let newer = r#"{"format": "alexandria-vault", "version": 3, "all": "different"}"#;
    fs::write(folder.path().join("vault"), newer).unwrap();
    assert!(matches!(Vault::state(folder.path()), Err(StateError::NewerVersion)));
    assert!(matches!(unlock(&folder).err(), Some(UnlockError::NewerVersion)));
    let failed = Vault::create(folder.path(), &Protection::Keychain, &Fake::default()).err();
    assert!(matches!(failed, Some(CreateError::Exists)));
    assert_eq!(snapshot(folder.path()), [("vault".to_owned(), newer.as_bytes().to_vec())]);
}

#[test]
fn slots_of_a_kind_not_known_here_are_kept() {
    let (folder, made) = made();
    edit(&folder, |text| text.replace("\"slots\": [", "\"slots\": [{\"kind\": \"security-key\", \"more\": \"00ff\"},"));
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase]));
    let keychain = Fake::default();
    let credential = Credential::Passphrase(passphrase("open sesame"));
    Vault::protect(folder.path(), &credential, &Protection::Keychain, &keychain).unwrap();
    assert!(fs::read_to_string(folder.path().join("vault")).unwrap().contains("\"security-key\""));
    let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
    assert_eq!(fingerprint(&opened), fingerprint(&made));
}

#[cfg(unix)]
#[test]
fn the_vault_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = made();
    for name in ["vault", "vault.prev"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(snapshot(folder.path()).len(), 2);
}

#[test]
fn a_folder_that_cannot_be_written_leaves_no_key_in_the_keychain() {
    let (folder, keychain) = (folder(), Fake::default());
    // A folder in the place of the scratch file: no file can be made there, even by root.
    fs::create_dir(folder.path().join("vault.tmp")).unwrap();
    let failed = Vault::create(folder.path(), &Protection::Keychain, &keychain).err();
    assert!(matches!(failed, Some(CreateError::Io(_))));
    assert_eq!(keychain.entries(), HashMap::new());
    assert_eq!(Vault::state(folder.path()).unwrap(), VaultState::None);
}
