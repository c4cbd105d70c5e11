//! Vault files written by earlier versions, in `tests/vectors/vault/`: each opens for ever, every way it has.
//!
//! `secrets.json` says with what, and which keys come out. A file there is never changed; a new version of the format adds
//! new ones, which `make.py` beside them makes.

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

/// Puts a frozen file in place, with the keychain it was written beside.
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
    assert_eq!(secrets.len() + 1, files, "every file has its secrets, and no other is there");
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
        }
    }
}

#[test]
fn frozen_vault_is_preserved_by_a_change() {
    // Readable beside what this version adds, above all a slot that only a newer one knows.
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
