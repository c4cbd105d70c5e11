//! What may be removed, and what has to stay.

use super::recovery::{add_code, with_code};
use super::*;

const PASSPHRASE: &str = "open sesame";

/// A vault with all three ways, and its recovery code.
pub(super) fn with_all(keychain: &Fake) -> (TempDir, Unlocked, String) {
    let folder = folder();
    let made = Vault::create(folder.path(), &Protection::Keychain, keychain).ok().unwrap();
    let protection = Protection::Passphrase(passphrase(PASSPHRASE));
    Vault::protect(folder.path(), &Credential::Keychain, &protection, keychain).unwrap();
    let code = add_code(folder.path(), &Credential::Keychain, keychain);
    (folder, made, code)
}

#[test]
fn something_for_a_person_and_something_for_every_day_stays() {
    use SlotKind::{Keychain, Passphrase, RecoveryCode};
    let check = |kinds: &[SlotKind], last: Result<(), ()>| {
        let keychain = Fake::default();
        let (folder, made, code) = with_all(&keychain);
        let credentials = [Credential::Keychain, with_passphrase(PASSPHRASE), with_code(&code)];
        let mut outcome = Ok(());
        for kind in kinds {
            let with =
                credentials.iter().find(|credential| !kinds.contains(&credential.kind())).unwrap_or(&credentials[1]);
            let before = snapshot(folder.path());
            match Vault::remove(folder.path(), with, *kind, &keychain) {
                Ok(leftovers) => assert_eq!(leftovers, []),
                Err(ProtectError::LastWay) => {
                    assert_eq!(snapshot(folder.path()), before);
                    outcome = Err(());
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(outcome, last, "{kinds:?}");
        // What is left opens it, and nothing else does.
        let VaultState::Locked { slots } = Vault::state(folder.path()).unwrap() else { panic!("no vault") };
        for credential in &credentials {
            let opened = Vault::unlock(folder.path(), credential, &keychain);
            assert_eq!(opened.is_ok(), slots.contains(&credential.kind()), "{:?}", credential.kind());
            assert!(opened.ok().is_none_or(|opened| fingerprint(&opened) == fingerprint(&made)));
        }
        assert_eq!(keychain.entries().is_empty(), !slots.contains(&Keychain));
    };
    check(&[Keychain], Ok(()));
    check(&[Passphrase], Ok(()));
    check(&[RecoveryCode], Ok(()));
    check(&[Keychain, RecoveryCode], Ok(()));
    check(&[Passphrase, RecoveryCode], Err(()));
    check(&[RecoveryCode, Passphrase], Err(()));
    check(&[Keychain, Passphrase], Err(()));
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let (folder, keychain) = (folder(), Fake::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let before = snapshot(folder.path());
    let remove = |kind| Vault::remove(folder.path(), &Credential::Keychain, kind, &keychain);
    assert!(matches!(remove(SlotKind::Passphrase), Err(ProtectError::NotThere)));
    assert!(matches!(remove(SlotKind::Keychain), Err(ProtectError::LastWay)));
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn what_could_not_be_taken_away_is_said() {
    let keychain = Fake::default();
    let (folder, _, code) = with_all(&keychain);
    keychain.then([Some(KeychainError::Locked); 8]);
    let left = Vault::remove(folder.path(), &with_code(&code), SlotKind::Keychain, &keychain).unwrap();
    assert_eq!(left, [Leftover::KeychainEntry]);
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase, SlotKind::RecoveryCode]));
    // The key is added again, in an entry of its own: from the one that stayed another library may have come to live.
    keychain.then([]);
    Vault::protect(folder.path(), &with_code(&code), &Protection::Keychain, &keychain).unwrap();
    assert_eq!(keychain.entries().len(), 2);
    assert!(Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok());
}
