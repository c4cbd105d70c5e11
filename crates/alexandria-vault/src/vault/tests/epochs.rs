//! A new epoch is stored in the vault and changes nothing else; every later change keeps all epochs.

use alexandria_crypto::keys::KeyId;

use super::recovery::{add_code, typed, with_code};
use super::removal::with_all;
use super::*;
use crate::file::fault_injection::{Failure, inject};

fn unlock(folder: &Path, with: &Credential, keychain: &FakeKeychain) -> Unlocked {
    Vault::unlock(folder, with, keychain).ok().unwrap()
}

fn add_epoch(folder: &Path, with: &Credential, keychain: &FakeKeychain) -> Vec<KeyId> {
    let added = Vault::add_epoch(folder, with, keychain).ok().unwrap();
    assert_eq!(added.cleanup_failures, []);
    let ids = added.unlocked.keys.blobs.ids();
    assert_eq!(ids.last(), Some(&added.id));
    ids
}

fn stored_version(folder: &Path) -> u64 {
    let text = fs::read(folder.join("vault")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&text).unwrap()["version"].as_u64().unwrap()
}

#[test]
fn added_epoch_is_stored_and_opens_with_every_credential() {
    let keychain = FakeKeychain::default();
    let (folder, created, code) = with_all(&keychain);
    let first = created.keys.blobs.ids();
    assert_eq!((first.len(), stored_version(folder.path())), (1, 1));
    let credentials = [Credential::Keychain, with_passphrase("open sesame"), with_code(&code)];
    let mut expected = first;
    for credential in &credentials {
        let ids = add_epoch(folder.path(), credential, &keychain);
        assert_eq!(ids[..ids.len() - 1], expected);
        expected = ids;
        assert_eq!(stored_version(folder.path()), 3);
        for with in &credentials {
            let opened = unlock(folder.path(), with, &keychain);
            assert_eq!(opened.keys.blobs.ids(), expected);
            assert_eq!(fingerprint(&opened), fingerprint(&created));
        }
        let read = |name| fs::read(folder.path().join(name)).unwrap();
        assert_eq!(read("vault"), read("vault.prev"));
    }
}

#[test]
fn every_change_of_protection_keeps_all_epochs() {
    let keychain = FakeKeychain::default();
    let (folder, _, code) = with_all(&keychain);
    let ids = add_epoch(folder.path(), &Credential::Keychain, &keychain);
    let keychain_credential = Credential::Keychain;
    let check = || assert_eq!(unlock(folder.path(), &keychain_credential, &keychain).keys.blobs.ids(), ids);
    let with = with_code(&code);
    Vault::protect(folder.path(), &with, &Protection::Passphrase(passphrase("another one")), &keychain).unwrap();
    check();
    Vault::remove(folder.path(), &with, SlotKind::Passphrase, &keychain).unwrap();
    check();
    add_code(folder.path(), &Credential::Keychain, &keychain);
    check();
    let rotation = Vault::prepare_rotation(folder.path(), &Credential::Keychain, None, &keychain).ok().unwrap();
    let code = typed(rotation.code().unwrap());
    Vault::rotate(folder.path(), &rotation, Some(code), &keychain).unwrap();
    check();
}

#[test]
fn imported_vault_has_all_epochs() {
    let keychain = FakeKeychain::default();
    let (folder, _, code) = with_all(&keychain);
    add_epoch(folder.path(), &Credential::Keychain, &keychain);
    let ids = add_epoch(folder.path(), &Credential::Keychain, &keychain);
    let record = unlock(folder.path(), &Credential::Keychain, &keychain).unlock_record;
    let text = Vault::export(folder.path(), &record).unwrap();
    let (restored, elsewhere) = (super::folder(), FakeKeychain::default());
    let imported = Vault::import(restored.path(), text.as_bytes(), &with_code(&code), &elsewhere).ok().unwrap();
    assert_eq!(imported.keys.blobs.ids(), ids);
    assert_eq!(unlock(restored.path(), &with_code(&code), &elsewhere).keys.blobs.ids(), ids);
}

#[test]
fn epoch_requires_a_credential() {
    let keychain = FakeKeychain::default();
    let (folder, ..) = with_all(&keychain);
    let before = snapshot(folder.path());
    let failed = Vault::add_epoch(folder.path(), &with_passphrase("open says me"), &keychain).err();
    assert!(matches!(failed, Some(ProtectError::Unlock(UnlockError::WrongPassphrase))));
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn interrupted_addition_leaves_old_or_new_ring() {
    for failure in [Failure::Once, Failure::Crash] {
        for number in 0.. {
            let (folder, keychain) = (folder(), FakeKeychain::default());
            let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
            let add = || Vault::add_epoch(folder.path(), &Credential::Keychain, &keychain).ok();
            let (added, failed) = inject(number, failure, add);
            let context = format!("{failure:?} at {number}");
            let opened = unlock(folder.path(), &Credential::Keychain, &keychain);
            assert_eq!(fingerprint(&opened), fingerprint(&created), "{context}");
            let ids = opened.keys.blobs.ids();
            assert_eq!(ids[0], created.keys.blobs.ids()[0], "{context}");
            if let Some(added) = &added {
                assert_eq!(ids, added.unlocked.keys.blobs.ids(), "{context}");
            }
            // Unlocking has replaced an outdated copy.
            let inspection = Vault::inspect(folder.path(), &keychain).unwrap();
            assert!(inspection.copy == CopyStatus::Same || ids.len() == 1, "{context}: {inspection:?}");
            if !failed {
                assert_eq!(ids.len(), 2);
                break;
            }
        }
    }
}

#[test]
fn copy_that_could_not_be_replaced_is_reported() {
    let mut reported = 0;
    for number in 0.. {
        let (folder, keychain) = (folder(), FakeKeychain::default());
        Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
        let add = || Vault::add_epoch(folder.path(), &Credential::Keychain, &keychain).ok();
        let (added, failed) = inject(number, Failure::Once, add);
        if let Some(added) = added.filter(|added| added.cleanup_failures == [CleanupFailure::PreviousCopy]) {
            reported += 1;
            Vault::repair(folder.path(), &added.unlocked.unlock_record, &keychain).unwrap();
            fs::remove_file(folder.path().join("vault")).unwrap();
            let opened = unlock(folder.path(), &Credential::Keychain, &keychain);
            assert_eq!(opened.keys.blobs.ids(), added.unlocked.keys.blobs.ids());
        }
        if !failed {
            break;
        }
    }
    assert!(reported > 2, "implausibly few failures: {reported}");
}
