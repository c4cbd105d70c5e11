//! Where a backup is restored: into what is empty, by whatever name, and with nothing left beside it.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{WORDS, back_up, library_in, restore, words};
use crate::backup::restore_backup;
use crate::library::Library;
use crate::open::{RecoveryCode, Unlock, lock_folder};

/// A library in the folder, and a backup of it.
async fn backed_up(folder: &Path) -> PathBuf {
    let library = library_in(folder).await;
    let file = folder.join("backup");
    back_up(&library, &file).await;
    file
}

/// What a restore has beside the library's folder is hidden.
fn hidden(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b".")).map(|entry| entry.path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn restore_accepts_a_folder_with_only_a_lock_file() {
    let here = TempDir::new().unwrap();
    let file = backed_up(here.path()).await;
    let folder = here.path().join("other");
    let code = Unlock::RecoveryCode(RecoveryCode::generate().unwrap());
    assert_eq!(Library::create(&folder, code).await.unwrap_err().code(), ErrorCode::InvalidInput);
    // As while a library is being made there.
    let held = lock_folder(&folder).unwrap();
    assert_eq!(restore(&file, &folder, WORDS).await, Err(ErrorCode::LibraryInUse));
    drop(held);
    assert_eq!(restore(&file, &folder, WORDS).await.unwrap().publications, 2);
    assert!(Library::open(&folder, words(WORDS)).await.is_ok());
    assert_eq!(hidden(here.path()), Vec::<PathBuf>::new());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn restore_follows_links_and_refuses_dangling_ones_before_copying() {
    use std::os::unix::fs::symlink;
    let (here, disk) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = backed_up(here.path()).await;
    let (real, link, lost) = (disk.path().join("books"), here.path().join("link"), here.path().join("lost"));
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    symlink(disk.path().join("nowhere"), &lost).unwrap();
    assert_eq!(restore(&file, &link, WORDS).await.unwrap().publications, 2);
    assert!(link.is_symlink() && Library::open(&real, words(WORDS)).await.is_ok());
    // With a slash at its end too.
    for name in [lost.clone(), lost.join("")] {
        let cancel = CancellationToken::new();
        let outcome =
            restore_backup(&file, &name, words(WORDS), &cancel, |copied| unreachable!("{copied:?}")).await.unwrap_err();
        assert_eq!(outcome.code(), ErrorCode::Io, "{outcome}");
    }
    assert!(lost.is_symlink());
    assert_eq!([hidden(here.path()), hidden(disk.path())].concat(), Vec::<PathBuf>::new());
}

/// Somebody puts something into the folder while the backup is being copied.
#[tokio::test(flavor = "multi_thread")]
async fn restore_that_cannot_move_into_place_leaves_nothing() {
    let here = TempDir::new().unwrap();
    let file = backed_up(here.path()).await;
    let folder = here.path().join("other");
    let (theirs, cancel) = (folder.join("theirs"), CancellationToken::new());
    let place = theirs.clone();
    let progress = move |_| fs::create_dir_all(&place).unwrap();
    let error = restore_backup(&file, &folder, words(WORDS), &cancel, progress).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::LibraryExists, "{error}");
    assert_eq!(hidden(here.path()), Vec::<PathBuf>::new());
    fs::remove_dir(theirs).unwrap();
    assert!(restore(&file, &folder, WORDS).await.is_ok());
}
