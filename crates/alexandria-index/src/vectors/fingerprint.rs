//! Detects whether the table on disk is the recorded one or descends from it.
//!
//! Files of the index are not bound to their names, and an older copy of the folder is consistent and authentic. A
//! fingerprint of the index after its last commit is therefore stored in the database and compared at opening.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use alexandria_crypto::chunked::HEADER_LEN;
use lance_table::format::Fragment;
use lance_table::io::deletion::relative_deletion_file_path;
use sha2::{Digest, Sha256};

use super::error::{IndexError, NOT_LOCAL, read_failed, task_failed};
use super::index::VectorIndex;
use super::table::FOLDER;

/// The manifests' folder inside the table's.
pub(super) const VERSIONS: &str = "_versions";
/// File name extension of a manifest.
pub(super) const MANIFEST: &str = "manifest";

/// Identifies the state of the table after a commit. Stored in the database, it reveals that files were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Number of the commit, from 1.
    pub version: u64,
    /// SHA-256 of its encrypted manifest, followed by the headers of the encrypted files it names, in its order. A header
    /// contains a random salt that is unique to its file and on which every byte of the file depends.
    pub digest: [u8; 32],
}

impl Fingerprint {
    /// Length of [`to_bytes`](Self::to_bytes) in bytes.
    const LEN: usize = 40;

    /// The stored form: the version in big-endian order, then the digest.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.version.to_be_bytes().as_slice(), &self.digest].concat()
    }

    /// Parses the stored form; `None` if it is invalid.
    #[must_use]
    pub fn from_bytes(stored: &[u8]) -> Option<Self> {
        if stored.len() != Self::LEN {
            return None;
        }
        let (version, digest) = stored.split_first_chunk()?;
        Some(Self { version: u64::from_be_bytes(*version), digest: digest.try_into().ok()? })
    }
}

impl VectorIndex {
    /// The fingerprint of the table's current state.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file is missing; see [`IndexError`].
    pub async fn fingerprint(&self) -> Result<Fingerprint, IndexError> {
        let _writer = self.writer.lock().await;
        let dataset = self.table.dataset().ok_or(NOT_LOCAL)?.get().await?;
        self.fingerprint_of(dataset.manifest().version, dataset.fragments()).await
    }

    /// Whether the table is newer than `earlier`, and that commit is still in the folder with all its files, as it is until
    /// [`prune`](Self::prune). A rebuilt table restarts its numbering, so that an older generation can pass for a newer
    /// state; callers must therefore check its [`passages`](Self::passages).
    ///
    /// # Errors
    /// [`IndexError::Io`] if a file cannot be read; see [`IndexError`].
    pub async fn descends_from(&self, earlier: &Fingerprint) -> Result<bool, IndexError> {
        let _writer = self.writer.lock().await;
        let current = self.table.dataset().ok_or(NOT_LOCAL)?.get().await?;
        if current.manifest().version <= earlier.version {
            return Ok(false);
        }
        // LanceDB's errors do not distinguish a missing commit from an unreadable folder.
        if !self.manifest_of(earlier.version).exists() {
            return Ok(false);
        }
        let dataset = match current.checkout_version(earlier.version).await {
            Ok(dataset) => dataset,
            Err(error) => return false_if_damaged(lancedb::Error::from(error).into()),
        };
        match self.fingerprint_of(dataset.manifest().version, dataset.fragments()).await {
            Ok(fingerprint) => Ok(fingerprint == *earlier),
            Err(error) => false_if_damaged(error),
        }
    }

    /// Path of the manifest of a commit.
    fn manifest_of(&self, version: u64) -> PathBuf {
        // Lance's V2 naming scheme, in which the newest manifest sorts first.
        let name = format!("{:020}.{MANIFEST}", u64::MAX - version);
        self.folder.join(FOLDER).join(VERSIONS).join(name)
    }

    async fn fingerprint_of(&self, version: u64, fragments: &[Fragment]) -> Result<Fingerprint, IndexError> {
        let folder = self.folder.join(FOLDER);
        let manifest = self.manifest_of(version);
        let files: Vec<_> = fragments.iter().flat_map(|fragment| files_of(&folder, fragment)).collect();
        let digest = tokio::task::spawn_blocking(move || digest(&manifest, &files)).await;
        let digest = digest.map_err(task_failed)?;
        digest.map(|digest| Fingerprint { version, digest }).map_err(read_failed)
    }
}

/// An older commit whose files are incomplete counts as missing; any other error is returned.
fn false_if_damaged(error: IndexError) -> Result<bool, IndexError> {
    if matches!(error, IndexError::Damaged(_)) { Ok(false) } else { Err(error) }
}

/// The files of a fragment of the table.
pub(super) fn files_of(folder: &Path, fragment: &Fragment) -> Vec<PathBuf> {
    let data = fragment.files.iter().map(|file| folder.join("data").join(&file.path));
    let deletions =
        fragment.deletion_file.iter().map(|file| folder.join(relative_deletion_file_path(fragment.id, file)));
    data.chain(deletions).collect()
}

fn digest(manifest: &Path, files: &[PathBuf]) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    hash.update(fs::read(manifest)?);
    for file in files {
        let mut header = [0; HEADER_LEN];
        File::open(file)?.read_exact(&mut header)?;
        hash.update(header);
    }
    Ok(hash.finalize().into())
}
