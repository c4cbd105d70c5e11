//! Verifies every byte of the index. Opening reads a manifest and headers only, and a search reads nothing that is already
//! in memory.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_crypto::chunked::{CHUNK_LEN, HEADER_LEN, OpenError, Opener};
use alexandria_crypto::keys::IndexKey;

use super::error::{IndexError, NOT_LOCAL, read_failed, task_failed};
use super::fingerprint::{MANIFEST, VERSIONS, files_of};
use super::index::VectorIndex;
use super::table::FOLDER;
use crate::object::FILE_ID;

/// Plaintext bytes decrypted at once: a multiple of the chunk length, so that reads are contiguous.
const READ_BYTES: u64 = 16 * CHUNK_LEN as u64;

impl VectorIndex {
    /// Decrypts every file that the table needs and discards the plaintext. Each chunk of a file authenticates its content
    /// and position. Takes about as long as copying the folder.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file was changed or is missing; see [`IndexError`].
    pub async fn verify(&self) -> Result<(), IndexError> {
        let folder = self.folder.join(FOLDER);
        let writer = self.writer.lock().await;
        let dataset = self.table.dataset().ok_or(NOT_LOCAL)?.get().await?;
        let files: Vec<PathBuf> = dataset.fragments().iter().flat_map(|part| files_of(&folder, part)).collect();
        // Writers may continue from here, but no file is deleted before all are read.
        let _files = self.files.read().await;
        drop(writer);
        let key = Arc::clone(&self.key);
        let read = move || {
            let manifests = manifests(&folder.join(VERSIONS)).map_err(read_failed)?;
            manifests.iter().chain(&files).try_for_each(|file| authenticate(file, &key))
        };
        tokio::task::spawn_blocking(read).await.map_err(task_failed)?
    }
}

/// The manifests of all commits: the newest defines the table, and pruning reads the others.
fn manifests(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut manifests = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == MANIFEST) {
            manifests.push(path);
        }
    }
    Ok(manifests)
}

/// Authenticates a complete encrypted file.
fn authenticate(path: &Path, key: &IndexKey) -> Result<(), IndexError> {
    let mut file = File::open(path).map_err(read_failed)?;
    let length = file.metadata().map_err(read_failed)?.len();
    let mut header = [0; HEADER_LEN];
    file.read_exact(&mut header).map_err(read_failed)?;
    let opener = Opener::new(key, &FILE_ID, &header, length).map_err(damaged)?;
    let mut sealed = Vec::new();
    if opener.plain_len() == 0 {
        file.read_to_end(&mut sealed).map_err(read_failed)?;
        return opener.verify_end(&sealed).map_err(damaged);
    }
    let mut at = 0;
    while at < opener.plain_len() {
        let plain = at..opener.plain_len().min(at.saturating_add(READ_BYTES));
        at = plain.end;
        let stored = opener.cipher_range(&plain).map_err(damaged)?;
        sealed.clear();
        file.by_ref().take(stored.end.saturating_sub(stored.start)).read_to_end(&mut sealed).map_err(read_failed)?;
        opener.open_range(plain, &sealed).map_err(damaged)?;
    }
    Ok(())
}

fn damaged(error: OpenError) -> IndexError {
    IndexError::Damaged(Some(Box::new(error)))
}
