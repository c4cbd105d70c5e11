//! Reading all of the index: whether every byte of it is what was written. Opening looks at a manifest and at headers
//! only, and a search reads nothing that is in memory already.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_crypto::chunked::{CHUNK_LEN, HEADER_LEN, OpenError, Opener};
use alexandria_crypto::keys::IndexKey;

use super::fingerprint::{ELSEWHERE, MANIFEST, VERSIONS, files_of, unreadable};
use super::nearest::stopped;
use super::table::FOLDER;
use super::{IndexError, VectorIndex};
use crate::object::FILE_ID;

/// Bytes opened at once: whole chunks, so that one follows the other in the file.
const STEP: u64 = 16 * CHUNK_LEN as u64;

impl VectorIndex {
    /// Reads every file that the table needs to its end, and keeps nothing of it. Each chunk of a file authenticates
    /// itself and its place. Takes about as long as copying the folder.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file was changed or is missing; see [`IndexError`].
    pub async fn verify(&self) -> Result<(), IndexError> {
        let folder = self.folder.join(FOLDER);
        let writer = self.writer.lock().await;
        let dataset = self.table.dataset().ok_or(ELSEWHERE)?.get().await?;
        let files: Vec<PathBuf> = dataset.fragments().iter().flat_map(|part| files_of(&folder, part)).collect();
        // Others may write from here on, but nothing is deleted before all is read.
        let _files = self.files.read().await;
        drop(writer);
        let key = Arc::clone(&self.key);
        let read = move || {
            let manifests = manifests(&folder.join(VERSIONS)).map_err(unreadable)?;
            manifests.iter().chain(&files).try_for_each(|file| authenticate(file, &key))
        };
        tokio::task::spawn_blocking(read).await.map_err(stopped)?
    }
}

/// The manifests of all commits: the newest says what the table is, and pruning has to know what the others are.
fn manifests(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut manifests = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == MANIFEST) {
            manifests.push(path);
        }
    }
    Ok(manifests)
}

/// Reads a sealed file to its end.
fn authenticate(path: &Path, key: &IndexKey) -> Result<(), IndexError> {
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut header = [0; HEADER_LEN];
    file.read_exact(&mut header).map_err(unreadable)?;
    let opener = Opener::new(key, &FILE_ID, &header, length).map_err(changed)?;
    let mut sealed = Vec::new();
    if opener.plain_len() == 0 {
        file.read_to_end(&mut sealed).map_err(unreadable)?;
        return opener.verify_end(&sealed).map_err(changed);
    }
    let mut at = 0;
    while at < opener.plain_len() {
        let plain = at..opener.plain_len().min(at.saturating_add(STEP));
        at = plain.end;
        let stored = opener.cipher_range(&plain).map_err(changed)?;
        sealed.clear();
        file.by_ref().take(stored.end.saturating_sub(stored.start)).read_to_end(&mut sealed).map_err(unreadable)?;
        opener.open_range(plain, &sealed).map_err(changed)?;
    }
    Ok(())
}

fn changed(error: OpenError) -> IndexError {
    IndexError::Damaged(Some(Box::new(error)))
}
