//! A vault in a backup opens on another machine as it did here, as another device.

use super::recovery::with_code;
use super::removal::with_all;
use super::*;
use crate::error::AdoptError;

const WORDS: &str = "correct horse battery";

fn by_words() -> Credential {
    Credential::Passphrase(Passphrase::new(WORDS.to_owned()))
}

#[test]
fn a_vault_is_adopted_as_a_new_device_with_the_same_keys() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (here, there) = (Fake::default(), Fake::default());
    let made =
        Vault::create(old.path(), &Protection::Passphrase(Passphrase::new(WORDS.to_owned())), &here).ok().unwrap();
    Vault::protect(old.path(), &by_words(), &Protection::Keychain, &here).unwrap();
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    assert_eq!(Vault::kinds_in(text.as_bytes()).unwrap(), [SlotKind::Passphrase, SlotKind::Keychain]);
    let adopted = Vault::adopt(new.path(), text.as_bytes(), &by_words(), &there).ok().unwrap();
    assert_eq!(adopted.library, made.library);
    assert_ne!(adopted.device, made.device);
    assert_eq!(*adopted.keys.database.expose_raw_key_pragma(), *made.keys.database.expose_raw_key_pragma());
    // This keychain does not have the key, so it is no way in here.
    assert_eq!(Vault::state(new.path()).unwrap(), VaultState::Locked { slots: vec![SlotKind::Passphrase] });
    let opened = Vault::unlock(new.path(), &by_words(), &there).ok().unwrap();
    assert_eq!(opened.device, adopted.device);
    assert!(there.entries().is_empty());
    // Beside the old library, where it does.
    let third = TempDir::new().unwrap();
    Vault::adopt(third.path(), text.as_bytes(), &Credential::Keychain, &here).ok().unwrap();
    assert!(Vault::unlock(third.path(), &Credential::Keychain, &here).is_ok());
    assert_eq!(Vault::copy(old.path(), &made.witness).unwrap(), text, "the old one stays as it was");
}

#[test]
fn a_recovery_code_is_enough_on_a_machine_that_has_nothing_else() {
    let (here, there, new) = (Fake::default(), Fake::default(), folder());
    let (old, made, code) = with_all(&here);
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    let another = Credential::RecoveryCode(RecoveryCode::generate().unwrap());
    let refused = Vault::adopt(new.path(), text.as_bytes(), &another, &there).err();
    assert!(matches!(refused, Some(AdoptError::Unlock(UnlockError::WrongRecoveryCode))));
    assert_eq!(snapshot(new.path()), []);
    let adopted = Vault::adopt(new.path(), text.as_bytes(), &with_code(&code), &there).ok().unwrap();
    assert_eq!(adopted.library, made.library);
    assert_ne!(adopted.device, made.device);
    assert_eq!(*adopted.keys.database.expose_raw_key_pragma(), *made.keys.database.expose_raw_key_pragma());
    // This keychain does not have the key. The passphrase came along.
    assert_eq!(Vault::state(new.path()).unwrap(), locked(&[SlotKind::Passphrase, SlotKind::RecoveryCode]));
    for with in [with_code(&code), with_passphrase("open sesame")] {
        let opened = Vault::unlock(new.path(), &with, &there).ok().unwrap();
        assert_eq!(fingerprint(&opened), fingerprint(&adopted));
    }
    assert!(there.entries().is_empty());
}

/// A library that the keychain alone opens, and one that was restored from it beside it.
fn twins(keychain: &Fake) -> [TempDir; 2] {
    let (old, new) = (folder(), folder());
    let made = Vault::create(old.path(), &Protection::Keychain, keychain).ok().unwrap();
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    Vault::adopt(new.path(), text.as_bytes(), &Credential::Keychain, keychain).ok().unwrap();
    [old, new]
}

fn all_open(folders: &[TempDir], keychain: &Fake) {
    for folder in folders {
        assert!(Vault::unlock(folder.path(), &Credential::Keychain, keychain).is_ok());
    }
}

#[test]
fn a_new_key_of_one_library_leaves_the_other_its_own() {
    let keychain = Fake::default();
    let twins = twins(&keychain);
    all_open(&twins, &keychain);
    assert_eq!(keychain.entries().len(), 2);
    for folder in twins.iter().rev() {
        let with = Credential::Keychain;
        let rotation = Vault::prepare_rotation(folder.path(), &with, None, &keychain).ok().unwrap();
        assert_eq!(Vault::rotate(folder.path(), &rotation, None, &keychain).unwrap(), []);
        all_open(&twins, &keychain);
        assert_eq!(keychain.entries().len(), 2);
    }
}

#[test]
fn a_keychain_that_is_added_to_both_is_not_taken_from_the_other() {
    let (old, new, keychain) = (folder(), folder(), Fake::default());
    let made = Vault::create(old.path(), &Protection::Passphrase(passphrase(WORDS)), &keychain).ok().unwrap();
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    Vault::adopt(new.path(), text.as_bytes(), &by_words(), &keychain).ok().unwrap();
    for folder in [&new, &old] {
        Vault::protect(folder.path(), &by_words(), &Protection::Keychain, &keychain).unwrap();
    }
    assert_eq!(Vault::remove(new.path(), &by_words(), SlotKind::Keychain, &keychain).unwrap(), []);
    assert!(Vault::unlock(old.path(), &Credential::Keychain, &keychain).is_ok());
}

#[test]
fn a_keychain_that_refuses_is_left_out_unless_it_opened_the_backup() {
    let (old, keychain) = (folder(), Fake::default());
    let made = Vault::create(old.path(), &Protection::Keychain, &keychain).ok().unwrap();
    let protection = Protection::Passphrase(passphrase(WORDS));
    Vault::protect(old.path(), &Credential::Keychain, &protection, &keychain).unwrap();
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    let entries = keychain.entries();
    for error in errors() {
        // The first call is for the key that is there; then an entry is looked for, written and read back.
        for call in 1..4 {
            for with in [by_words(), Credential::Keychain] {
                let new = folder();
                keychain.then((0..=call).map(|at| (at == call).then_some(error)));
                let adopted = Vault::adopt(new.path(), text.as_bytes(), &with, &keychain).err();
                keychain.then([]);
                let place = format!("{error:?} at {call}");
                match with {
                    Credential::Keychain => {
                        assert!(matches!(adopted, Some(AdoptError::Keychain(seen)) if seen == error), "{place}");
                        assert_eq!(Vault::state(new.path()).unwrap(), VaultState::None, "{place}");
                    }
                    _ => {
                        assert!(adopted.is_none(), "{place}");
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
fn a_vault_that_is_abandoned_leaves_no_key_behind() {
    let keychain = Fake::default();
    let [old, new] = twins(&keychain);
    Vault::abandon(new.path(), &keychain);
    assert_eq!(keychain.entries().len(), 1);
    assert!(Vault::unlock(old.path(), &Credential::Keychain, &keychain).is_ok());
    // Nor is there anything to do where there is no vault.
    Vault::abandon(&new.path().join("nothing"), &keychain);
    assert_eq!(keychain.entries().len(), 1);
}

#[test]
fn nothing_is_adopted_over_a_vault_or_with_the_wrong_words() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let keychain = Fake::default();
    let protection = Protection::Passphrase(Passphrase::new(WORDS.to_owned()));
    let made = Vault::create(old.path(), &protection, &keychain).ok().unwrap();
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    let adopt =
        |folder: &Path, text: &[u8], credential| Vault::adopt(folder, text, &credential, &keychain).err().unwrap();
    assert!(matches!(adopt(old.path(), text.as_bytes(), by_words()), AdoptError::Exists));
    let wrong = Credential::Passphrase(Passphrase::new("something else".to_owned()));
    assert!(matches!(adopt(new.path(), text.as_bytes(), wrong), AdoptError::Unlock(UnlockError::WrongPassphrase)));
    assert!(matches!(adopt(new.path(), b"no vault", by_words()), AdoptError::Unlock(UnlockError::Damaged)));
    assert_eq!(Vault::state(new.path()).unwrap(), VaultState::None, "nothing was written");
}

#[test]
fn slots_of_kinds_not_known_here_are_taken_along() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let keychain = Fake::default();
    let protection = Protection::Passphrase(Passphrase::new(WORDS.to_owned()));
    let made = Vault::create(old.path(), &protection, &keychain).ok().unwrap();
    let slot = "{\n      \"kind\": \"token\",\n      \"what\": 7\n    },\n    {";
    let text = Vault::copy(old.path(), &made.witness).unwrap();
    let text = text.replacen('{', "\u{0}", 1).replacen('{', slot, 1).replacen('\u{0}', "{", 1);
    let adopted = Vault::adopt(new.path(), text.as_bytes(), &by_words(), &keychain).ok().unwrap();
    assert!(Vault::copy(new.path(), &adopted.witness).unwrap().contains("\"token\""));
}
