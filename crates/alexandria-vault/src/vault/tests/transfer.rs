//! A vault in a backup opens on another machine as it did here, as another device.

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
    let text = Vault::copy(old.path()).unwrap();
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
    assert_eq!(Vault::copy(old.path()).unwrap(), text, "the old one stays as it was");
}

#[test]
fn nothing_is_adopted_over_a_vault_or_with_the_wrong_words() {
    let (old, new) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let keychain = Fake::default();
    Vault::create(old.path(), &Protection::Passphrase(Passphrase::new(WORDS.to_owned())), &keychain).ok().unwrap();
    let text = Vault::copy(old.path()).unwrap();
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
    Vault::create(old.path(), &Protection::Passphrase(Passphrase::new(WORDS.to_owned())), &keychain).ok().unwrap();
    let slot = "{\n      \"kind\": \"token\",\n      \"what\": 7\n    },\n    {";
    let text =
        Vault::copy(old.path()).unwrap().replacen('{', "\u{0}", 1).replacen('{', slot, 1).replacen('\u{0}', "{", 1);
    Vault::adopt(new.path(), text.as_bytes(), &by_words(), &keychain).ok().unwrap();
    assert!(Vault::copy(new.path()).unwrap().contains("\"token\""));
}
