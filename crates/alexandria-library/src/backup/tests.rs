//! Backing up a library and restoring it on another machine.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, ErrorCode, Locator, PageAreas, Quote};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{BackupOptions, Restored, restore_backup};
use crate::health::{Finding, Severity};
use crate::library::Library;
use crate::open::{LibraryState, Passphrase, RecoveryCode, Unlock};

mod epochs;
mod folder;

const WORDS: &str = "a passphrase for tests only";

fn words(text: &str) -> Unlock {
    Unlock::Passphrase(Passphrase::new(text.to_owned()))
}

async fn library_in(folder: &Path) -> Library {
    let library = Library::create(&folder.join("library"), words(WORDS)).await.unwrap();
    let (one, two) = (folder.join("one.txt"), folder.join("two.txt"));
    fs::write(&one, "A lighthouse stands on the cliff.").unwrap();
    fs::write(&two, "A garden behind the house.").unwrap();
    assert_eq!(library.import(vec![one, two]).wait().await.imported.len(), 2);
    library
}

async fn back_up(library: &Library, file: &Path) {
    let cancel = CancellationToken::new();
    library.back_up(file, BackupOptions::default(), &cancel, |_| {}).await.unwrap();
}

async fn restore_by(file: &Path, folder: &Path, unlock: Unlock) -> Result<Restored, ErrorCode> {
    let cancel = CancellationToken::new();
    restore_backup(file, folder, unlock, &cancel, |_| {}).await.map_err(|error| error.code())
}

async fn restore(file: &Path, folder: &Path, passphrase: &str) -> Result<Restored, ErrorCode> {
    restore_by(file, folder, words(passphrase)).await
}

/// A position in a book.
pub(crate) fn locator() -> Locator {
    Locator {
        href: "one.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        title: None,
        progression: 0.5,
        total_progression: 0.5,
        position: 1,
        fragments: Vec::new(),
        areas: PageAreas::default(),
        text: Quote { before: String::new(), highlight: "cliff".to_owned(), after: String::new() },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn restored_library_is_another_device() {
    let here = TempDir::new().unwrap();
    let library = library_in(here.path()).await;
    let books = library.books(Membership::Shelf).await.unwrap();
    let (read, binned) = (books[0].id, books[1].id);
    library.save_position(read, locator()).await.unwrap();
    library.remove(vec![binned]).await.unwrap();
    let file = here.path().join("backup");
    back_up(&library, &file).await;
    let device = library.parts.engines.changes.device();
    drop(library);

    let there = TempDir::new().unwrap();
    let folder = there.path().join("deep/library");
    fs::create_dir(there.path().join("deep")).unwrap();
    assert_eq!(restore(&file, &folder, WORDS).await.unwrap().publications, 2);
    let restored = Library::open(&folder, words(WORDS)).await.unwrap();
    assert_ne!(restored.parts.engines.changes.device(), device);
    let shelf = restored.books(Membership::Shelf).await.unwrap();
    assert_eq!(shelf.iter().map(|book| book.id).collect::<Vec<_>>(), [read]);
    assert_eq!(restored.books(Membership::Bin).await.unwrap().len(), 1);
    let position = restored.open_publication(read).await.unwrap().position;
    assert_eq!(position, Some(locator()), "the position of the other device");
    restored.restore(vec![binned]).await.unwrap();
    assert!(restored.open_publication(binned).await.is_ok());
}

/// The pages of all books on the shelf, read from their files.
async fn pages(library: &Library) -> String {
    let mut pages = String::new();
    for book in library.books(Membership::Shelf).await.unwrap() {
        let sections = library.open_publication(book.id).await.unwrap().sections;
        let href = &sections.first().unwrap().extent.href;
        pages.push_str(&library.page(book.id, href, "book://localhost/x").await.unwrap().html);
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn restore_opens_with_the_recovery_code_alone() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let library = library_in(here.path()).await;
    let new = library.prepare_recovery_code(words(WORDS)).await.unwrap();
    let code = new.code().expose_text().to_string();
    library.confirm_recovery_code(&new, code.clone()).await.unwrap();
    let file = there.path().join("backup");
    back_up(&library, &file).await;
    library.lock().await;
    here.close().unwrap();

    let by_code = |text: &str| Unlock::RecoveryCode(RecoveryCode::parse(text.to_owned()).unwrap());
    let folder = there.path().join("library");
    let another = RecoveryCode::generate().unwrap().expose_text().to_string();
    assert_eq!(restore_by(&file, &folder, by_code(&another)).await, Err(ErrorCode::WrongRecoveryCode));
    assert_eq!(Library::state(&folder).await.unwrap(), LibraryState::None);
    assert_eq!(restore_by(&file, &folder, by_code(&code)).await.unwrap().publications, 2);
    let restored = Library::open(&folder, by_code(&code)).await.unwrap();
    let pages = pages(&restored).await;
    assert!(pages.contains("A lighthouse stands on the cliff.") && pages.contains("A garden behind the house."));
    restored.lock().await;
    // The passphrase was taken along, and opens it as before.
    assert!(Library::open(&folder, words(WORDS)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn restore_never_overwrites_and_can_be_repeated_after_failure() {
    let here = TempDir::new().unwrap();
    let library = library_in(here.path()).await;
    let file = here.path().join("backup");
    back_up(&library, &file).await;
    let own = here.path().join("library");
    assert_eq!(restore(&file, &own, WORDS).await, Err(ErrorCode::LibraryExists));
    assert!(!library.books(Membership::Shelf).await.unwrap().is_empty());

    let folder = here.path().join("other");
    assert_eq!(restore(&file, &folder, "another passphrase").await, Err(ErrorCode::WrongPassphrase));
    assert_eq!(restore(&here.path().join("one.txt"), &folder, WORDS).await, Err(ErrorCode::UnsupportedFormat));
    let whole = fs::read(&file).unwrap();
    let changed = here.path().join("changed");
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    fs::write(&changed, bytes).unwrap();
    assert_eq!(restore(&changed, &folder, WORDS).await, Err(ErrorCode::Damaged));
    fs::write(&changed, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(restore(&changed, &folder, WORDS).await, Err(ErrorCode::Damaged));
    let stopped = CancellationToken::new();
    stopped.cancel();
    let cancelled = restore_backup(&file, &folder, words(WORDS), &stopped, |_| {}).await.unwrap_err();
    assert_eq!(cancelled.code(), ErrorCode::Cancelled);
    assert_eq!(Library::state(&folder).await.unwrap(), LibraryState::None);
    fs::create_dir(&folder).unwrap();
    assert!(restore(&file, &folder, WORDS).await.is_ok(), "an empty folder will do");
    assert!(!here.path().join(".other.alexandria-restoring").exists());
}

/// Puts another hexadecimal digit in the place of one of the wrapped working keys.
fn damage_keys(vault: &Path) {
    let text = fs::read_to_string(vault).unwrap();
    let (before, keys) = text.split_once("\"keys\": \"").unwrap();
    let (kept, keys) = keys.split_at(200);
    let (digit, rest) = keys.split_at(1);
    let digit = if digit == "0" { "1" } else { "0" };
    fs::write(vault, format!("{before}\"keys\": \"{kept}{digit}{rest}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_vault_is_reported_repaired_and_not_backed_up() {
    let here = TempDir::new().unwrap();
    library_in(here.path()).await.lock().await;
    let [vault, copy] = ["vault", "vault.prev"].map(|name| here.path().join("library").join(name));
    damage_keys(&vault);
    let library = Library::open(&here.path().join("library"), words(WORDS)).await.unwrap();
    let of_vault = |findings: Vec<Finding>| findings.into_iter().find(|found| found.check == "protection").unwrap();
    assert_eq!(of_vault(library.check(&crate::Watch::default()).await.unwrap()).severity, Severity::Error);
    let file = here.path().join("backup");
    back_up(&library, &file).await;
    let restored = here.path().join("restored");
    assert_eq!(restore(&file, &restored, WORDS).await.unwrap().publications, 2);
    assert!(Library::open(&restored, words(WORDS)).await.is_ok());
    assert_eq!(of_vault(library.repair(&crate::Watch::default()).await.unwrap()).severity, Severity::Ok);
    assert_eq!(fs::read(vault).unwrap(), fs::read(copy).unwrap());
}

/// A backup written by version 1, which must always restore. Written with `ALEXANDRIA_WRITE_VECTORS=1`, and never
/// overwritten.
#[tokio::test(flavor = "multi_thread")]
async fn frozen_backup_of_version_1_restores() {
    let frozen = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/backup/v1.alexandria-backup");
    let here = TempDir::new().unwrap();
    if std::env::var_os("ALEXANDRIA_WRITE_VECTORS").is_some() && !frozen.exists() {
        let library = library_in(here.path()).await;
        fs::create_dir_all(frozen.parent().unwrap()).unwrap();
        back_up(&library, &frozen).await;
    }
    let folder = here.path().join("restored");
    assert_eq!(restore(&frozen, &folder, WORDS).await.unwrap().publications, 2);
    let library = Library::open(&folder, words(WORDS)).await.unwrap();
    let books = library.books(Membership::Shelf).await.unwrap();
    assert_eq!(books.len(), 2);
    for book in books {
        library.open_publication(book.id).await.unwrap();
    }
}
