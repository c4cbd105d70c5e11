//! A rotation makes the old library key useless and leaves no old credential behind.

use super::recovery::{typed, with_code};
use super::removal::with_all;
use super::*;

const PASSPHRASE: &str = "open sesame";

/// The library key in the keychain, which must have exactly one entry.
fn stored_key(keychain: &FakeKeychain) -> LibraryKey {
    let entries = keychain.entries();
    assert_eq!(entries.len(), 1, "{:?}", entries.keys());
    LibraryKey::from_hex(entries.into_values().next().unwrap().into_bytes()).ok().unwrap()
}

fn contents(folder: &Path) -> Contents {
    match file::read(folder).unwrap() {
        VaultFiles::Present { primary, copy: file::CopyState::Same } => primary.contents,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rotation_replaces_library_key_in_every_slot() {
    let keychain = FakeKeychain::default();
    let (folder, created, old_code) = with_all(&keychain);
    let (old, before) = (stored_key(&keychain), contents(folder.path()));
    let present = passphrase(PASSPHRASE);
    let rotation =
        Vault::prepare_rotation(folder.path(), &Credential::Keychain, Some(&present), &keychain).ok().unwrap();
    let code = typed(rotation.code().unwrap());
    assert_eq!(Vault::rotate(folder.path(), &rotation, Some(code.clone()), &keychain).unwrap(), []);

    let (new, after) = (stored_key(&keychain), contents(folder.path()));
    assert!(!new.is_same(&old));
    assert!(ring::unwrap(&before, &old).is_ok() && ring::unwrap(&after, &new).is_ok());
    assert!(ring::unwrap(&after, &old).is_err());
    assert_eq!(after.kinds(), before.kinds());
    for credential in [Credential::Keychain, with_passphrase(PASSPHRASE), with_code(&code)] {
        let opened = Vault::unlock(folder.path(), &credential, &keychain).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&created));
    }
    let failed = Vault::unlock(folder.path(), &with_code(&old_code), &keychain).err();
    assert!(matches!(failed, Some(UnlockError::WrongRecoveryCode)));
    // Rotate again, from the second key to the third.
    let with = with_passphrase(PASSPHRASE);
    let rotation = Vault::prepare_rotation(folder.path(), &with, None, &keychain).ok().unwrap();
    let code = typed(rotation.code().unwrap());
    Vault::rotate(folder.path(), &rotation, Some(code), &keychain).unwrap();
    assert!(!stored_key(&keychain).is_same(&new));
}

#[test]
fn rotation_that_would_lose_a_slot_is_rejected() {
    let keychain = FakeKeychain::default();
    let (folder, ..) = with_all(&keychain);
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    let prepare = |current: Option<&str>| {
        let current = current.map(passphrase);
        Vault::prepare_rotation(folder.path(), &Credential::Keychain, current.as_ref(), &keychain)
    };
    assert!(matches!(prepare(None).err(), Some(ProtectError::PassphraseRequired)));
    let wrong = prepare(Some("open says me")).err();
    assert!(matches!(wrong, Some(ProtectError::Unlock(UnlockError::WrongPassphrase))));
    let rotation = prepare(Some(PASSPHRASE)).ok().unwrap();
    for reentry in [None, Some(String::new()), Some("0".repeat(28))] {
        let rejected = Vault::rotate(folder.path(), &rotation, reentry, &keychain);
        assert!(matches!(rejected, Err(ProtectError::InvalidReentry(_) | ProtectError::ReentryMismatch)));
    }
    assert_eq!((snapshot(folder.path()), keychain.entries()), (before, entries));
    // The vault was changed in the meantime.
    Vault::remove(folder.path(), &Credential::Keychain, SlotKind::RecoveryCode, &keychain).unwrap();
    let rejected = Vault::rotate(folder.path(), &rotation, Some(typed(rotation.code().unwrap())), &keychain);
    assert!(matches!(rejected, Err(ProtectError::ConcurrentChange)));
}

#[test]
fn keychain_errors_prevent_rotation() {
    for error in errors() {
        for call in 0..3 {
            let (folder, keychain) = (folder(), FakeKeychain::default());
            let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
            let rotation = Vault::prepare_rotation(folder.path(), &Credential::Keychain, None, &keychain).ok().unwrap();
            let (before, entries) = (snapshot(folder.path()), keychain.entries());
            // One call fails; then the keychain works again.
            keychain.set_script((0..=call).map(|at| (at == call).then_some(error)));
            let failed = Vault::rotate(folder.path(), &rotation, None, &keychain).err().unwrap();
            assert!(matches!(failed, ProtectError::Keychain(actual) if actual == error), "{error:?} at {call}");
            assert_eq!(snapshot(folder.path()), before);
            if error != KeychainError::TimedOut {
                assert_eq!(keychain.entries(), entries);
            }
            let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
            assert_eq!(fingerprint(&opened), fingerprint(&created));
        }
    }
}
