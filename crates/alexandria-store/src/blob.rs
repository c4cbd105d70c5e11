//! The encrypted files of the publications: `blobs/<first two digits>/<id>`, in the format ALX1 of `docs/formats/blob.md`.
//!
//! A file gets its name only when it is complete and on disk. Names are ids; no path, title or content is in them.
//! One whose publication is not in the database yet has a provisional name, `<id>.new`. That alone marks the leftovers of an
//! interrupted import, and never the database, which may be an older one that was put back. Absent: removing files because
//! the database does not list them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use alexandria_crypto::blob::{BlobError, BlobReader, BlobWriter};
use alexandria_crypto::keys::BlobKeys;
use alexandria_crypto::random::{self, RandomError};
use alexandria_domain::{CodedError, ErrorCode, PublicationId};

use crate::durable;

#[cfg(test)]
mod tests;

/// Name of the folder in the library's folder.
pub(crate) const FOLDER: &str = "blobs";
/// Extension of a file that is being written.
const UNFINISHED: &str = "part";
/// Extension of a complete file whose publication may not be in the database.
const PROVISIONAL: &str = "new";

/// Why a file could not be stored, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum BlobStoreError {
    /// There is no file with that id.
    #[error("the publication's file is missing; import it again")]
    NotFound,
    /// It was sealed with another key, or was modified or truncated.
    #[error("the publication's file is damaged: {0}; import it again")]
    Damaged(#[source] BlobError),
    /// It cannot be read or written.
    #[error("the publication's file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The system gave no random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl CodedError for BlobStoreError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound => ErrorCode::NotFound,
            Self::Damaged(_) => ErrorCode::Damaged,
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Random(_) => ErrorCode::Io,
        }
    }
}

impl From<BlobError> for BlobStoreError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Io(error) => Self::Io(error),
            error => Self::Damaged(error),
        }
    }
}

/// The folder of encrypted files.
pub struct BlobStore {
    folder: PathBuf,
    key: BlobKeys,
}

impl std::fmt::Debug for BlobStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlobStore")
    }
}

impl BlobStore {
    /// Opens the folder `blobs` in the library's folder `dir`, making it if needed.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(dir: &Path, key: BlobKeys) -> io::Result<Self> {
        let folder = dir.join(FOLDER);
        fs::create_dir_all(&folder)?;
        durable::sync_folder(&folder)?;
        Ok(Self { folder, key })
    }

    /// Where the ciphertext of the cloud's blob `id` is kept while it is fetched.
    #[must_use]
    pub fn fetched_path(&self, id: &[u8; 16]) -> PathBuf {
        let name: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.with_file_name("fetched").join(name)
    }

    /// Stores the bytes of `source` as the file of `id`. When this returns it is on disk; before, it does not exist. An
    /// existing file is replaced, so that a second attempt repairs a damaged one. Returns the number of bytes read.
    ///
    /// # Errors
    /// When the source cannot be read or the file not written; no leftover remains then.
    pub fn put(&self, id: &PublicationId, source: impl Read) -> Result<u64, BlobStoreError> {
        self.put_at(id, source, &self.path(id))
    }

    /// [`put`](Self::put) under the provisional name, for a publication that is yet to be written to the database. The
    /// source has to fail if it is not the file of `id`. A file with the final name stays as it is.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_provisional(&self, id: &PublicationId, source: impl Read) -> Result<u64, BlobStoreError> {
        self.put_at(id, source, &self.provisional_path(id))
    }

    /// Gives the provisional file of `id` its final name, replacing a file that has it; its publication is in the database.
    /// Returns whether there was one.
    ///
    /// The folder is not flushed: after a power failure one of the names exists, and [`read`](Self::read) accepts either.
    ///
    /// # Errors
    /// When the file system fails. The provisional file remains then.
    pub fn settle(&self, id: &PublicationId) -> Result<bool, BlobStoreError> {
        Ok(existed(fs::rename(self.provisional_path(id), self.path(id)))?)
    }

    /// Removes the provisional file of `id`, whose publication was not inserted. A file with the final name stays. Returns
    /// whether there was one.
    ///
    /// # Errors
    /// When the file system fails.
    pub fn discard(&self, id: &PublicationId) -> Result<bool, BlobStoreError> {
        Ok(existed(fs::remove_file(self.provisional_path(id)))?)
    }

    fn put_at(&self, id: &PublicationId, mut source: impl Read, path: &Path) -> Result<u64, BlobStoreError> {
        let unfinished = path.with_file_name(unfinished_name()?);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
            durable::sync_folder(folder)?;
        }
        let outcome = self.write(id, &mut source, &unfinished, path);
        if outcome.is_err()
            && let Err(error) = fs::remove_file(&unfinished)
        {
            // The next sweep removes it.
            tracing::debug!(code = %ErrorCode::of_io(&error), "unfinished file not removed");
        }
        outcome
    }

    fn write(
        &self,
        id: &PublicationId,
        source: &mut impl Read,
        unfinished: &Path,
        path: &Path,
    ) -> Result<u64, BlobStoreError> {
        let file = durable::new_private_file(unfinished)?;
        let mut writer = BlobWriter::new(file, &self.key, id.as_bytes())?;
        let bytes = io::copy(source, &mut writer)?;
        writer.finish()?.sync_all()?;
        fs::rename(unfinished, path)?;
        durable::sync_folder(path)?;
        Ok(bytes)
    }

    /// Opens the file of `id` for random access, whichever name it has. The provisional one is tried first: if both exist
    /// it was written last, and a file that is renamed at the same moment is found.
    ///
    /// # Errors
    /// When it is missing, damaged, or sealed with another key.
    pub fn read(&self, id: &PublicationId) -> Result<BlobReader<File>, BlobStoreError> {
        let file = match File::open(self.provisional_path(id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => File::open(self.path(id)).map_err(missing)?,
            opened => opened?,
        };
        Ok(BlobReader::open(file, &self.key, id.as_bytes())?)
    }

    /// Removes the file of `id`, whichever name it has. Returns whether it was there.
    ///
    /// # Errors
    /// When the file system fails.
    pub fn remove(&self, id: &PublicationId) -> Result<bool, BlobStoreError> {
        let path = self.path(id);
        let provisional = self.discard(id)?;
        let removed = existed(fs::remove_file(&path))? || provisional;
        if removed {
            durable::sync_folder(&path)?;
        }
        Ok(removed)
    }

    /// The ids of all files with a final name, in order.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn list(&self) -> Result<Vec<PublicationId>, BlobStoreError> {
        self.ids(None)
    }

    /// The ids of all files with a provisional name, in order.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn list_provisional(&self) -> Result<Vec<PublicationId>, BlobStoreError> {
        self.ids(Some(PROVISIONAL))
    }

    /// The ids of the files with this extension, in order.
    fn ids(&self, extension: Option<&str>) -> Result<Vec<PublicationId>, BlobStoreError> {
        let mut ids = Vec::new();
        self.visit(|path| {
            // Anything else, such as an unfinished file, is none of them.
            let is_one = path.extension() == extension.map(OsStr::new);
            if is_one && let Some(Ok(id)) = path.file_stem().and_then(OsStr::to_str).map(str::parse) {
                ids.push(id);
            }
            Ok(())
        })?;
        ids.sort_unstable();
        Ok(ids)
    }

    /// Removes the leftovers of interrupted writes. Call it while nothing is being written. Returns how many.
    ///
    /// # Errors
    /// When a folder cannot be read or a file not removed.
    pub fn sweep_temporary(&self) -> Result<usize, BlobStoreError> {
        let mut swept = 0;
        self.visit(|path| {
            if path.extension().is_some_and(|extension| extension == UNFINISHED) {
                fs::remove_file(path)?;
                swept += 1;
            }
            Ok(())
        })?;
        Ok(swept)
    }

    /// Calls `visit` with the path of every file.
    pub(crate) fn visit(&self, mut visit: impl FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
        for folder in fs::read_dir(&self.folder)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                visit(&file?.path())?;
            }
        }
        Ok(())
    }

    /// Where the file of `id` may be, in the order in which they are tried.
    pub(crate) fn paths(&self, id: &PublicationId) -> [PathBuf; 2] {
        [self.provisional_path(id), self.path(id)]
    }

    fn path(&self, id: &PublicationId) -> PathBuf {
        let [first, ..] = id.as_bytes();
        self.folder.join(format!("{first:02x}")).join(id.to_string())
    }

    fn provisional_path(&self, id: &PublicationId) -> PathBuf {
        self.path(id).with_extension(PROVISIONAL)
    }
}

fn missing(error: io::Error) -> BlobStoreError {
    if error.kind() == io::ErrorKind::NotFound { BlobStoreError::NotFound } else { error.into() }
}

/// Whether the file existed on which `done` was done.
fn existed(done: io::Result<()>) -> io::Result<bool> {
    match done {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A random name, so that the id of a file that may never be finished is not shown.
fn unfinished_name() -> Result<String, RandomError> {
    let digits: String = random::bytes::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{digits}.{UNFINISHED}"))
}
