//! Which slots can be removed, and which have to stay.

use super::recovery::{add_code, with_code};
use super::*;

const PASSPHRASE: &str = "open sesame";

/// A vault with slots of all three kinds, and its recovery code.
pub(super) fn with_all(keychain: &FakeKeychain) -> (TempDir, Unlocked, String) {
    let folder = folder();
    let created = Vault::create(folder.path(), &Protection::Keychain, keychain).ok().unwrap();
    let protection = Protection::Passphrase(passphrase(PASSPHRASE));
    Vault::protect(folder.path(), &Credential::Keychain, &protection, keychain).unwrap();
    let code = add_code(folder.path(), &Credential::Keychain, keychain);
    (folder, created, code)
}

#[test]
fn removal_keeps_a_permanent_and_a_daily_slot() {
    use SlotKind::{Keychain, Passphrase, RecoveryCode};
    let check = |kinds: &[SlotKind], expected: Result<(), ()>| {
        let keychain = FakeKeychain::default();
        let (folder, created, code) = with_all(&keychain);
        let credentials = [Credential::Keychain, with_passphrase(PASSPHRASE), with_code(&code)];
        let mut outcome = Ok(());
        for kind in kinds {
            let with =
                credentials.iter().find(|credential| !kinds.contains(&credential.kind())).unwrap_or(&credentials[1]);
            let before = snapshot(folder.path());
            match Vault::remove(folder.path(), with, *kind, &keychain) {
                Ok(failures) => assert_eq!(failures, []),
                Err(ProtectError::TooFewSlots) => {
                    assert_eq!(snapshot(folder.path()), before);
                    outcome = Err(());
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(outcome, expected, "{kinds:?}");
        // The remaining slots unlock it, and nothing else does.
        let VaultState::Locked { slots } = Vault::state(folder.path()).unwrap() else { panic!("no vault") };
        for credential in &credentials {
            let opened = Vault::unlock(folder.path(), credential, &keychain);
            assert_eq!(opened.is_ok(), slots.contains(&credential.kind()), "{:?}", credential.kind());
            assert!(opened.ok().is_none_or(|opened| fingerprint(&opened) == fingerprint(&created)));
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
fn missing_slot_cannot_be_removed() {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let before = snapshot(folder.path());
    let remove = |kind| Vault::remove(folder.path(), &Credential::Keychain, kind, &keychain);
    assert!(matches!(remove(SlotKind::Passphrase), Err(ProtectError::NoSuchSlot)));
    assert!(matches!(remove(SlotKind::Keychain), Err(ProtectError::TooFewSlots)));
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn failed_cleanup_is_reported() {
    let keychain = FakeKeychain::default();
    let (folder, _, code) = with_all(&keychain);
    keychain.set_script([Some(KeychainError::Locked); 8]);
    let failures = Vault::remove(folder.path(), &with_code(&code), SlotKind::Keychain, &keychain).unwrap();
    assert_eq!(failures, [CleanupFailure::KeychainEntry]);
    assert_eq!(Vault::state(folder.path()).unwrap(), locked(&[SlotKind::Passphrase, SlotKind::RecoveryCode]));
    // Added again, the key gets a new entry: the one that stayed may belong to another library by now.
    keychain.set_script([]);
    Vault::protect(folder.path(), &with_code(&code), &Protection::Keychain, &keychain).unwrap();
    assert_eq!(keychain.entries().len(), 2);
    assert!(Vault::unlock(folder.path(), &Credential::Keychain, &keychain).is_ok());
}
