//! Another publication id key is stored in the vault and changes nothing else.

use alexandria_crypto::keys::PublicationIdKey;

use super::recovery::with_code;
use super::removal::with_all;
use super::*;
use crate::file::fault_injection::{Failure, inject};

fn ids() -> PublicationIdKey {
    PublicationIdKey::generate().unwrap()
}

#[test]
fn replaced_publication_id_key_opens_with_every_credential() {
    let keychain = FakeKeychain::default();
    let (folder, created, code) = with_all(&keychain);
    let new = ids();
    let replaced = Vault::replace_publication_ids(folder.path(), &Credential::Keychain, &keychain, &new).ok().unwrap();
    assert_eq!(replaced.cleanup_failures, []);
    assert!(replaced.unlocked.keys.ids.is_same(&new));
    let credentials = [Credential::Keychain, with_passphrase("open sesame"), with_code(&code)];
    for with in &credentials {
        let opened = Vault::unlock(folder.path(), with, &keychain).ok().unwrap();
        assert!(opened.keys.ids.is_same(&new) && !opened.keys.ids.is_same(&created.keys.ids));
        assert_eq!(opened.keys.blobs.ids(), created.keys.blobs.ids());
        let (after, before) = (fingerprint(&opened), fingerprint(&created));
        assert_eq!((after.0, after.2, after.3), (before.0, before.2, before.3));
    }
    let read = |name| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("vault"), read("vault.prev"));
}

#[test]
fn interrupted_replacement_leaves_old_or_new_key() {
    let (mut old, mut new) = (0, 0);
    for failure in [Failure::Once, Failure::Crash] {
        for number in 0.. {
            let (folder, keychain, ids) = (folder(), FakeKeychain::default(), ids());
            let created = Vault::create(folder.path(), &Protection::Keychain, &keychain).ok().unwrap();
            let replace = || Vault::replace_publication_ids(folder.path(), &Credential::Keychain, &keychain, &ids).ok();
            let (replaced, failed) = inject(number, failure, replace);
            let opened = Vault::unlock(folder.path(), &Credential::Keychain, &keychain).ok().unwrap();
            let is_new = opened.keys.ids.is_same(&ids);
            assert!(is_new || opened.keys.ids.is_same(&created.keys.ids), "{failure:?} at {number}");
            assert!(is_new || replaced.is_none(), "{failure:?} at {number}");
            if is_new {
                new += 1;
            } else {
                old += 1;
            }
            if !failed {
                break;
            }
        }
    }
    assert!(old > 2 && new > 2, "implausibly few failures: {old} {new}");
}
