//! Telling whether the table on disk is the one that was left, or has gone on from there.
//!
//! Files of the index are not bound to their names, and an older state of the folder is a whole and genuine one. What the
//! index was after its last commit is therefore kept elsewhere, in the database, and compared at opening.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use alexandria_crypto::chunked::HEADER_LEN;
use lance_table::format::Fragment;
use lance_table::io::deletion::relative_deletion_file_path;
use sha2::{Digest, Sha256};

use super::table::FOLDER;
use super::{IndexError, VectorIndex};

/// The folder of the manifests in the table's.
pub(super) const VERSIONS: &str = "_versions";
/// Ending of a manifest's name.
pub(super) const MANIFEST: &str = "manifest";

pub(super) const ELSEWHERE: IndexError = IndexError::InvalidInput("a table that is not on this disk");

/// What the table was after a commit. Kept in the database, it shows that somebody put other files in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Number of the commit.
    pub version: u64,
    /// SHA-256 of its sealed manifest, followed by the headers of the sealed files it names, in its order. A header has a
    /// salt no other file has, and every byte of its file depends on it.
    pub digest: [u8; 32],
}

impl Fingerprint {
    /// Length of [`to_bytes`](Self::to_bytes).
    const LEN: usize = 40;

    /// The form that is stored: the version, most significant byte first, then the digest.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.version.to_be_bytes().as_slice(), &self.digest].concat()
    }

    /// Reads the stored form; `None` if it is none.
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
    /// The fingerprint of the table as it is.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file is missing; see [`IndexError`].
    pub async fn fingerprint(&self) -> Result<Fingerprint, IndexError> {
        let _writer = self.writer.lock().await;
        let dataset = self.table.dataset().ok_or(ELSEWHERE)?.get().await?;
        self.fingerprint_of(dataset.manifest().version, dataset.fragments()).await
    }

    /// Whether the table is newer than `earlier`, and that commit is still in the folder with all its files, as it is until
    /// [`prune`](Self::prune). A table that was made anew can be mistaken for a newer one; its
    /// [`passages`](Self::passages) tell whether it is good for anything.
    ///
    /// # Errors
    /// When the operating system fails; see [`IndexError`].
    pub async fn descends_from(&self, earlier: &Fingerprint) -> Result<bool, IndexError> {
        let _writer = self.writer.lock().await;
        let now = self.table.dataset().ok_or(ELSEWHERE)?.get().await?;
        if now.manifest().version <= earlier.version {
            return Ok(false);
        }
        // LanceDB's errors do not tell a commit that is gone from a folder that cannot be read.
        if !self.manifest_of(earlier.version).exists() {
            return Ok(false);
        }
        let then = match now.checkout_version(earlier.version).await {
            Ok(then) => then,
            Err(error) => return unless_damaged(lancedb::Error::from(error).into()),
        };
        match self.fingerprint_of(then.manifest().version, then.fragments()).await {
            Ok(found) => Ok(found == *earlier),
            Err(error) => unless_damaged(error),
        }
    }

    /// Where the manifest of a commit is.
    fn manifest_of(&self, version: u64) -> PathBuf {
        // Lance names manifests so that the newest sorts first.
        let name = format!("{:020}.{MANIFEST}", u64::MAX - version);
        self.folder.join(FOLDER).join(VERSIONS).join(name)
    }

    async fn fingerprint_of(&self, version: u64, fragments: &[Fragment]) -> Result<Fingerprint, IndexError> {
        let folder = self.folder.join(FOLDER);
        let manifest = self.manifest_of(version);
        let files: Vec<_> = fragments.iter().flat_map(|fragment| files_of(&folder, fragment)).collect();
        let digest = tokio::task::spawn_blocking(move || digest(&manifest, &files)).await;
        let digest = digest.map_err(|stopped| IndexError::Io(stopped.into()))?;
        digest.map(|digest| Fingerprint { version, digest }).map_err(unreadable)
    }
}

/// The error of a file of the index that cannot be read.
pub(super) fn unreadable(error: io::Error) -> IndexError {
    match error.kind() {
        // Missing, or shorter than any sealed file.
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => IndexError::Damaged(Some(Box::new(error))),
        _ => IndexError::Io(error),
    }
}

/// An older commit that is not whole any more is not there; any other failure stays one.
fn unless_damaged(error: IndexError) -> Result<bool, IndexError> {
    if matches!(error, IndexError::Damaged(_)) { Ok(false) } else { Err(error) }
}

/// The files a fragment of the table consists of.
pub(super) fn files_of(folder: &Path, fragment: &Fragment) -> Vec<PathBuf> {
    let data = fragment.files.iter().map(|file| folder.join("data").join(&file.path));
    let removed = fragment.deletion_file.iter().map(|file| folder.join(relative_deletion_file_path(fragment.id, file)));
    data.chain(removed).collect()
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
