//! An exported vault opens on another machine with the same credentials, as another device.

use alexandria_crypto::recovery::RecoveryCode;

use super::recovery::with_code;
use super::removal::with_all;
use super::*;
use crate::error::ImportVaultError;

const PASSPHRASE: &str = "correct horse battery";

fn passphrase_credential() -> Credential {
    Credential::Passphrase(Passphrase::new(PASSPHRASE.to_owned()))
}

#[test]
fn imported_vault_has_new_device_and_same_keys() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (here, there) = (FakeKeychain::default(), FakeKeychain::default());
    let created =
        Vault::create(old.path(), &Protection::Passphrase(Passphrase::new(PASSPHRASE.to_owned())), &here).ok().unwrap();
    Vault::protect(old.path(), &passphrase_credential(), &Protection::Keychain, &here).unwrap();
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    assert_eq!(Vault::slot_kinds(text.as_bytes()).unwrap(), [SlotKind::Passphrase, SlotKind::Keychain]);
    let imported = Vault::import(new.path(), text.as_bytes(), &passphrase_credential(), &there).ok().unwrap();
    assert_eq!(imported.library, created.library);
    assert_ne!(imported.device, created.device);
    assert_eq!(*imported.keys.database.expose_raw_key_pragma(), *created.keys.database.expose_raw_key_pragma());
    // This keychain does not have the key, so there is no keychain slot.
    assert_eq!(Vault::state(new.path()).unwrap(), VaultState::Locked { slots: vec![SlotKind::Passphrase] });
    let opened = Vault::unlock(new.path(), &passphrase_credential(), &there).ok().unwrap();
    assert_eq!(opened.device, imported.device);
    assert!(there.entries().is_empty());
    // Next to the original library, whose keychain has it.
    let third = TempDir::new().unwrap();
    Vault::import(third.path(), text.as_bytes(), &Credential::Keychain, &here).ok().unwrap();
    assert!(Vault::unlock(third.path(), &Credential::Keychain, &here).is_ok());
    assert_eq!(Vault::export(old.path(), &created.unlock_record).unwrap(), text, "the original stays unchanged");
}

#[test]
fn import_with_recovery_code_on_new_machine() {
    let (here, there, new) = (FakeKeychain::default(), FakeKeychain::default(), folder());
    let (old, created, code) = with_all(&here);
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    let another = Credential::RecoveryCode(RecoveryCode::generate().unwrap());
    let rejected = Vault::import(new.path(), text.as_bytes(), &another, &there).err();
    assert!(matches!(rejected, Some(ImportVaultError::Unlock(UnlockError::WrongRecoveryCode))));
    assert_eq!(snapshot(new.path()), []);
    let imported = Vault::import(new.path(), text.as_bytes(), &with_code(&code), &there).ok().unwrap();
    assert_eq!(imported.library, created.library);
    assert_ne!(imported.device, created.device);
    assert_eq!(*imported.keys.database.expose_raw_key_pragma(), *created.keys.database.expose_raw_key_pragma());
    // This keychain does not have the key. The passphrase slot is preserved.
    assert_eq!(Vault::state(new.path()).unwrap(), locked(&[SlotKind::Passphrase, SlotKind::RecoveryCode]));
    for with in [with_code(&code), with_passphrase("open sesame")] {
        let opened = Vault::unlock(new.path(), &with, &there).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&imported));
    }
    assert!(there.entries().is_empty());
}

/// A library protected by the keychain alone, and one restored from it on the same machine.
fn original_and_restored(keychain: &FakeKeychain) -> [TempDir; 2] {
    let (old, new) = (folder(), folder());
    let created = Vault::create(old.path(), &Protection::Keychain, keychain).ok().unwrap();
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    Vault::import(new.path(), text.as_bytes(), &Credential::Keychain, keychain).ok().unwrap();
    [old, new]
}

fn all_open(folders: &[TempDir], keychain: &FakeKeychain) {
    for folder in folders {
        assert!(Vault::unlock(folder.path(), &Credential::Keychain, keychain).is_ok());
    }
}

#[test]
fn rotation_leaves_entry_of_restored_library() {
    let keychain = FakeKeychain::default();
    let original_and_restored = original_and_restored(&keychain);
    all_open(&original_and_restored, &keychain);
    assert_eq!(keychain.entries().len(), 2);
    for folder in original_and_restored.iter().rev() {
        let with = Credential::Keychain;
        let rotation = Vault::prepare_rotation(folder.path(), &with, None, &keychain).ok().unwrap();
        assert_eq!(Vault::rotate(folder.path(), &rotation, None, &keychain).unwrap(), []);
        all_open(&original_and_restored, &keychain);
        assert_eq!(keychain.entries().len(), 2);
    }
}

#[test]
fn restored_and_original_library_have_separate_entries() {
    let (old, new, keychain) = (folder(), folder(), FakeKeychain::default());
    let created = Vault::create(old.path(), &Protection::Passphrase(passphrase(PASSPHRASE)), &keychain).ok().unwrap();
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    Vault::import(new.path(), text.as_bytes(), &passphrase_credential(), &keychain).ok().unwrap();
    for folder in [&new, &old] {
        Vault::protect(folder.path(), &passphrase_credential(), &Protection::Keychain, &keychain).unwrap();
    }
    assert_eq!(Vault::remove(new.path(), &passphrase_credential(), SlotKind::Keychain, &keychain).unwrap(), []);
    assert!(Vault::unlock(old.path(), &Credential::Keychain, &keychain).is_ok());
}

#[test]
fn import_omits_keychain_slot_on_error_unless_it_unlocked() {
    let (old, keychain) = (folder(), FakeKeychain::default());
    let created = Vault::create(old.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let protection = Protection::Passphrase(passphrase(PASSPHRASE));
    Vault::protect(old.path(), &Credential::Keychain, &protection, &keychain).unwrap();
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    let entries = keychain.entries();
    for error in errors() {
        // The first call gets the existing key; then an entry is looked for, written and read back.
        for call in 1..4 {
            for with in [passphrase_credential(), Credential::Keychain] {
                let new = folder();
                keychain.set_script((0..=call).map(|at| (at == call).then_some(error)));
                let imported = Vault::import(new.path(), text.as_bytes(), &with, &keychain).err();
                keychain.set_script([]);
                let place = format!("{error:?} at {call}");
                match with {
                    Credential::Keychain => {
                        assert!(
                            matches!(imported, Some(ImportVaultError::Keychain(actual)) if actual == error),
                            "{place}"
                        );
                        assert_eq!(Vault::state(new.path()).unwrap(), VaultState::None, "{place}");
                    }
                    _ => {
                        assert!(imported.is_none(), "{place}");
                        assert_eq!(Vault::state(new.path()).unwrap(), locked(&[SlotKind::Passphrase]), "{place}");
                        assert!(Vault::unlock(new.path(), &with, &keychain).is_ok(), "{place}");
                    }
                }
                if error != KeychainError::TimedOut {
                    assert_eq!(keychain.entries(), entries, "{place}");
                }
                keychain.entries.lock().unwrap().clone_from(&entries);
            }
        }
    }
}

#[test]
fn discarded_import_leaves_no_keychain_entry() {
    let keychain = FakeKeychain::default();
    let [old, new] = original_and_restored(&keychain);
    Vault::discard_import(new.path(), &keychain);
    assert_eq!(keychain.entries().len(), 1);
    assert!(Vault::unlock(old.path(), &Credential::Keychain, &keychain).is_ok());
    // Without a vault there is nothing to do.
    Vault::discard_import(&new.path().join("nothing"), &keychain);
    assert_eq!(keychain.entries().len(), 1);
}

#[test]
fn import_rejects_existing_vault_and_wrong_passphrase() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let keychain = FakeKeychain::default();
    let protection = Protection::Passphrase(Passphrase::new(PASSPHRASE.to_owned()));
    let created = Vault::create(old.path(), &protection, &keychain).ok().unwrap();
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    let import =
        |folder: &Path, text: &[u8], credential| Vault::import(folder, text, &credential, &keychain).err().unwrap();
    assert!(matches!(import(old.path(), text.as_bytes(), passphrase_credential()), ImportVaultError::Exists));
    let wrong = Credential::Passphrase(Passphrase::new("something else".to_owned()));
    assert!(matches!(
        import(new.path(), text.as_bytes(), wrong),
        ImportVaultError::Unlock(UnlockError::WrongPassphrase)
    ));
    assert!(matches!(
        import(new.path(), b"no vault", passphrase_credential()),
        ImportVaultError::Unlock(UnlockError::Damaged)
    ));
    assert_eq!(Vault::state(new.path()).unwrap(), VaultState::None, "nothing was written");
}

#[test]
fn unknown_slots_are_preserved_by_import() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let keychain = FakeKeychain::default();
    let protection = Protection::Passphrase(Passphrase::new(PASSPHRASE.to_owned()));
    let created = Vault::create(old.path(), &protection, &keychain).ok().unwrap();
    let slot = "{\n      \"kind\": \"token\",\n      \"what\": 7\n    },\n    {";
    let text = Vault::export(old.path(), &created.unlock_record).unwrap();
    let text = text.replacen('{', "\u{0}", 1).replacen('{', slot, 1).replacen('\u{0}', "{", 1);
    let imported = Vault::import(new.path(), text.as_bytes(), &passphrase_credential(), &keychain).ok().unwrap();
    assert!(Vault::export(new.path(), &imported.unlock_record).unwrap().contains("\"token\""));
}
