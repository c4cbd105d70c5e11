//! A rotation makes the old library key useless and leaves no way in behind.

use super::recovery::{typed, with_code};
use super::removal::with_all;
use super::*;

const PASSPHRASE: &str = "open sesame";

/// The library key that the keychain has; one entry is all there may be.
fn kept(keychain: &Fake) -> LibraryKey {
    let entries = keychain.entries();
    assert_eq!(entries.len(), 1, "{:?}", entries.keys());
    LibraryKey::from_hex(entries.into_values().next().unwrap().into_bytes()).ok().unwrap()
}

fn contents(folder: &Path) -> Contents {
    match file::read(folder).unwrap() {
        Found::Vault { first, beside: file::Beside::Same } => first.contents,
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_opens_with_the_new_key_and_nothing_with_the_old() {
    let keychain = Fake::default();
    let (folder, made, old_code) = with_all(&keychain);
    let (old, before) = (kept(&keychain), contents(folder.path()));
    let present = passphrase(PASSPHRASE);
    let rotation =
        Vault::prepare_rotation(folder.path(), &Credential::Keychain, Some(&present), &keychain).ok().unwrap();
    let code = typed(rotation.code().unwrap());
    assert_eq!(Vault::rotate(folder.path(), &rotation, Some(code.clone()), &keychain).unwrap(), []);

    let (new, after) = (kept(&keychain), contents(folder.path()));
    assert!(!new.is_same(&old));
    assert!(open::open_ring(&before, &old).is_ok() && open::open_ring(&after, &new).is_ok());
    assert!(open::open_ring(&after, &old).is_err());
    assert_eq!(after.kinds(), before.kinds());
    for credential in [Credential::Keychain, with_passphrase(PASSPHRASE), with_code(&code)] {
        let opened = Vault::unlock(folder.path(), &credential, &keychain).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&made));
    }
    let failed = Vault::unlock(folder.path(), &with_code(&old_code), &keychain).err();
    assert!(matches!(failed, Some(UnlockError::WrongRecoveryCode)));
    // And again, from the second key to the third.
    let with = with_passphrase(PASSPHRASE);
    let rotation = Vault::prepare_rotation(folder.path(), &with, None, &keychain).ok().unwrap();
    let code = typed(rotation.code().unwrap());
    Vault::rotate(folder.path(), &rotation, Some(code), &keychain).unwrap();
    assert!(!kept(&keychain).is_same(&new));
}

#[test]
fn a_rotation_that_would_lose_a_way_in_is_refused() {
    let keychain = Fake::default();
    let (folder, ..) = with_all(&keychain);
    let (before, entries) = (snapshot(folder.path()), keychain.entries());
    let prepare = |known: Option<&str>| {
        let known = known.map(passphrase);
        Vault::prepare_rotation(folder.path(), &Credential::Keychain, known.as_ref(), &keychain)
    };
    assert!(matches!(prepare(None).err(), Some(ProtectError::PassphraseNeeded)));
    let wrong = prepare(Some("open says me")).err();
    assert!(matches!(wrong, Some(ProtectError::Unlock(UnlockError::WrongPassphrase))));
    let rotation = prepare(Some(PASSPHRASE)).ok().unwrap();
    for reentry in [None, Some(String::new()), Some("0".repeat(28))] {
        let refused = Vault::rotate(folder.path(), &rotation, reentry, &keychain);
        assert!(matches!(refused, Err(ProtectError::Mistyped(_) | ProtectError::ReentryDiffers)));
    }
    assert_eq!((snapshot(folder.path()), keychain.entries()), (before, entries));
    // Changed in the meantime.
    Vault::remove(folder.path(), &Credential::Keychain, SlotKind::RecoveryCode, &keychain).unwrap();
    let refused = Vault::rotate(folder.path(), &rotation, Some(typed(rotation.code().unwrap())), &keychain);
    assert!(matches!(refused, Err(ProtectError::Changed)));
}

#[test]
fn a_failing_keychain_rotates_nothing() {
    for error in errors() {
        for call in 0..3 {
            let (folder, keychain) = (folder(), Fake::default());
            let made = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
            let rotation = Vault::prepare_rotation(folder.path(), &Credential::Keychain, None, &keychain).ok().unwrap();
            let (before, entries) = (snapshot(folder.path()), keychain.entries());
            // One failing call, after which the keychain works again.
            keychain.then((0..=call).map(|at| (at == call).then_some(error)));
            let failed = Vault::rotate(folder.path(), &rotation, None, &keychain).err().unwrap();
            assert!(matches!(failed, ProtectError::Keychain(seen) if seen == error), "{error:?} at {call}");
            assert_eq!(snapshot(folder.path()), before);
            if error != KeychainError::TimedOut {
                assert_eq!(keychain.entries(), entries);
            }
            let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
            assert_eq!(fingerprint(&opened), fingerprint(&made));
        }
    }
}
