//! A library whose key ring has several epochs: all its books are read, backed up and restored.

use std::collections::BTreeSet;

use alexandria_crypto::keys::KeyId;
use alexandria_vault::{Credential, OsKeychain, Unlocked, Vault};

use super::*;

fn credential() -> Credential {
    Credential::Passphrase(Passphrase::new(WORDS.to_owned()))
}

/// The key ids in the headers of all stored books.
fn stored_key_ids(library: &Path) -> BTreeSet<KeyId> {
    let folders = fs::read_dir(library.join("blobs")).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    files.map(|file| KeyId::from_bytes(*fs::read(file).unwrap()[8..].first_chunk().unwrap())).collect()
}

fn key_ids(library: &Path) -> Vec<KeyId> {
    let Unlocked { keys, .. } = Vault::unlock(library, &credential(), &OsKeychain::new()).ok().unwrap();
    keys.blobs.ids()
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_of_library_with_several_epochs_restores_all_books() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (original, restored) = (here.path().join("library"), there.path().join("library"));
    library_in(here.path()).await.lock().await;
    assert_eq!(Vec::from_iter(stored_key_ids(&original)), key_ids(&original));

    Vault::add_epoch(&original, &credential(), &OsKeychain::new()).ok().unwrap();
    let library = Library::open(&original, words(WORDS)).await.unwrap();
    let three = here.path().join("three.txt");
    fs::write(&three, "A boat on the lake.").unwrap();
    assert_eq!(library.import(vec![three]).wait().await.imported.len(), 1);
    let ids = key_ids(&original);
    assert_eq!((ids.len(), stored_key_ids(&original)), (2, ids.iter().copied().collect()));
    let before = pages(&library).await;
    assert!(before.contains("A lighthouse stands on the cliff.") && before.contains("A boat on the lake."));
    let file = here.path().join("backup");
    back_up(&library, &file).await;
    library.lock().await;

    assert_eq!(restore(&file, &restored, WORDS).await.unwrap().publications, 3);
    assert_eq!(key_ids(&restored), ids);
    assert_eq!(Vec::from_iter(stored_key_ids(&restored)), ids[1..], "the newest key seals what is restored");
    let library = Library::open(&restored, words(WORDS)).await.unwrap();
    assert_eq!(pages(&library).await, before);
}
