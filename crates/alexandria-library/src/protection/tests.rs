//! A removed credential stays removed, whatever interrupts its removal.

use std::fs;

use super::*;
use crate::health::{Finding, Severity};
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

const OLD: &str = "the old passphrase";
const NEW: &str = "the new passphrase";

fn words(text: &str) -> Unlock {
    Unlock::Passphrase(Passphrase::new(text.to_owned()))
}

/// Why the passphrase does not open the library.
async fn open_error(folder: &Path, passphrase: &str) -> ErrorCode {
    Library::open(folder, words(passphrase)).await.unwrap_err().code()
}

async fn finding(folder: &Path) -> Finding {
    Finding::of_protection(&Library::protection_of(folder).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn passphrase_replaced_by_an_interrupted_change_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [vault, copy] = ["vault", "vault.prev"].map(|name| folder.path().join(name));
    let library = Library::create(folder.path(), words(OLD)).await.unwrap();
    let before = fs::read(&vault).unwrap();
    assert_eq!(library.set_passphrase(words(OLD), Passphrase::new(NEW.to_owned())).await.unwrap(), []);
    library.lock().await;
    // As after a power cut right after the new vault was moved into place.
    fs::write(&copy, before).unwrap();
    let found = finding(folder.path()).await;
    assert_eq!(found.severity, Severity::Error, "{}", found.message);
    assert_eq!(open_error(folder.path(), OLD).await, ErrorCode::WrongPassphrase);
    Library::open(folder.path(), words(NEW)).await.unwrap().lock().await;
    assert_eq!(fs::read(&vault).unwrap(), fs::read(&copy).unwrap());
    assert_eq!(finding(folder.path()).await.severity, Severity::Ok);
    fs::remove_file(&vault).unwrap();
    assert_eq!(open_error(folder.path(), OLD).await, ErrorCode::WrongPassphrase, "nor from the copy");
}
