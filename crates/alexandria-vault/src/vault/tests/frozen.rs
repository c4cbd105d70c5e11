//! The frozen vault files in `tests/vectors/vault/` open permanently, with every credential they have.
//!
//! `secrets.json` holds the credentials and the expected keys. The files are never changed; a new version of the format adds
//! new ones, which `make.py` in the same folder generates.

use std::path::PathBuf;

use serde_json::Value;

use super::recovery::{add_code, with_code};
use super::*;

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/vault")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Copies a frozen file into a folder, and its keychain entry into a keychain.
fn restored(name: &str, secrets: &Value) -> (TempDir, FakeKeychain, Vec<Credential>) {
    let (folder, keychain) = (folder(), FakeKeychain::default());
    fs::copy(vectors().join(format!("{name}.json")), folder.path().join("vault")).unwrap();
    let secret = |field: &str| secrets[field].as_str().map(str::to_owned);
    let mut credentials = Vec::new();
    if let Some((account, key)) = secret("account").zip(secret("library_key")) {
        keychain.entries.lock().unwrap().insert(account, key);
        credentials.push(Credential::Keychain);
    }
    credentials.extend(secret("passphrase").map(|text| with_passphrase(&text)));
    credentials.extend(secret("recovery_code").map(|text| with_code(&text)));
    (folder, keychain, credentials)
}

#[test]
fn frozen_vaults_open_with_every_credential() {
    let secrets: Value = serde_json::from_str(&text(&vectors().join("secrets.json"))).unwrap();
    let names = fs::read_dir(vectors()).unwrap().map(|entry| entry.unwrap().path());
    let files = names.filter(|path| path.extension().is_some_and(|extension| extension == "json")).count();
    let secrets = secrets.as_object().unwrap();
    assert_eq!(secrets.len() + 1, files, "every file has its secrets, and there are no others");
    for (name, secrets) in secrets {
        let (folder, keychain, credentials) = restored(name, secrets);
        assert_eq!(
            Vault::state(folder.path()).unwrap(),
            locked(&credentials.iter().map(Credential::kind).collect::<Vec<_>>())
        );
        for credential in &credentials {
            let opened = Vault::unlock(folder.path(), credential, &keychain).ok().unwrap();
            assert_eq!(*opened.keys.database.expose_raw_key_pragma(), secrets["database_pragma"], "{name}");
            let id = opened.keys.ids.publication_id(&[0; 32]);
            let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(id, secrets["publication_id"], "{name}");
            let epochs: Vec<_> = opened.keys.blobs.ids().iter().map(ToString::to_string).collect();
            match secrets["epoch_key_ids"].as_array() {
                Some(expected) => assert_eq!(epochs, *expected, "{name}"),
                None => assert_eq!(epochs.len(), 1, "{name}"),
            }
        }
    }
}

#[test]
fn frozen_vault_is_preserved_by_a_change() {
    // Above all a slot or a ring entry that only a newer version knows.
    let secrets: Value = serde_json::from_str(&text(&vectors().join("secrets.json"))).unwrap();
    for (name, secrets) in secrets.as_object().unwrap() {
        let (folder, keychain, credentials) = restored(name, secrets);
        let before: Value = serde_json::from_str(&text(&folder.path().join("vault"))).unwrap();
        add_code(folder.path(), &credentials[0], &keychain);
        let mut after: Value = serde_json::from_str(&text(&folder.path().join("vault"))).unwrap();
        let mut expected = before.clone();
        let is_code = |slot: &Value| slot["kind"] == "recovery";
        for vault in [&mut after, &mut expected] {
            vault["slots"].as_array_mut().unwrap().retain(|slot| !is_code(slot));
        }
        assert_eq!(after, expected, "{name}");
    }
}

#[test]
fn new_epoch_preserves_all_others_of_a_frozen_vault() {
    let secrets: Value = serde_json::from_str(&text(&vectors().join("secrets.json"))).unwrap();
    for (name, secrets) in secrets.as_object().unwrap() {
        let (folder, keychain, credentials) = restored(name, secrets);
        let before = Vault::unlock(folder.path(), &credentials[0], &keychain).ok().unwrap();
        let ring_len = |folder: &TempDir| {
            let vault: Value = serde_json::from_str(&text(&folder.path().join("vault"))).unwrap();
            (vault["keys"].as_str().unwrap().len(), vault["version"].as_u64().unwrap())
        };
        let (old_len, _) = ring_len(&folder);
        let added = Vault::add_epoch(folder.path(), &credentials[0], &keychain).ok().unwrap();
        let (new_len, version) = ring_len(&folder);
        assert_eq!(version, 3, "{name}");
        for credential in &credentials {
            let opened = Vault::unlock(folder.path(), credential, &keychain).ok().unwrap();
            let expected = [before.keys.blobs.ids(), vec![added.id]].concat();
            assert_eq!(opened.keys.blobs.ids(), expected, "{name}");
            assert_eq!(fingerprint(&opened), fingerprint(&before), "{name}");
        }
        if secrets["epoch_key_ids"].is_array() {
            // One entry more in hexadecimal digits: an unknown entry is still there.
            assert_eq!(new_len, old_len + 2 * 33, "{name}");
        }
    }
}
