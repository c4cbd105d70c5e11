//! An update in one file, for a device that is never online: the metadata and one package, in a tar archive.
//!
//! It is a transport, not a format of its own: [`UpdateFile`] answers requests for the addresses of the repository, and
//! everything is verified as if it came from the server. The metadata in it expires like the server's.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use alexandria_domain::{CodedError, ErrorCode};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use url::Url;

use crate::fetch::{Fetch, FetchError, FetchedBody};

/// Files in an update file, far more than a repository needs.
const MAX_ENTRIES: usize = 10_000;
/// Longest header that only extends the next one, such as a long name. The archive's reader keeps it in memory.
const MAX_EXTENSION_BYTES: u64 = 64 * 1024;
/// Bytes read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Why a file is not an update.
#[derive(Debug, thiserror::Error)]
pub enum UpdateFileError {
    /// It cannot be read.
    #[error("the file cannot be read")]
    Io(#[source] io::Error),
    /// It is not an update file, or it is damaged.
    #[error("the file is not an update of Alexandria, or it is damaged")]
    NotAnUpdate,
}

impl CodedError for UpdateFileError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Io(error) => error.code(),
            Self::NotAnUpdate => ErrorCode::Malformed,
        }
    }
}

/// Where a file is in the archive.
#[derive(Clone, Copy, Debug)]
struct Extent {
    offset: u64,
    length: u64,
}

/// An opened update file.
#[derive(Debug)]
pub struct UpdateFile {
    path: PathBuf,
    base: Url,
    files: HashMap<String, Extent>,
}

impl UpdateFile {
    /// Opens the update file `path`. It answers for addresses below `base`, the folder that holds metadata and packages.
    ///
    /// # Errors
    /// When it cannot be read or is no update file.
    pub async fn open(path: &Path, base: Url) -> Result<Self, UpdateFileError> {
        let path = path.to_owned();
        let index = path.clone();
        let files = tokio::task::spawn_blocking(move || index_of(&index)).await;
        let files = files.map_err(|error| UpdateFileError::Io(io::Error::other(error)))??;
        Ok(Self { path, base, files })
    }

    fn extent(&self, url: &Url) -> Option<Extent> {
        let name = url.as_str().strip_prefix(self.base.as_str())?;
        self.files.get(name).copied()
    }
}

/// Where every file of the archive is.
fn index_of(path: &Path) -> Result<HashMap<String, Extent>, UpdateFileError> {
    let file = File::open(path).map_err(UpdateFileError::Io)?;
    let size = file.metadata().map_err(UpdateFileError::Io)?.len();
    refuse_large_extensions(&file)?;
    let mut archive = tar::Archive::new(io::BufReader::new(file));
    let entries = archive.entries_with_seek().map_err(|_| UpdateFileError::NotAnUpdate)?;
    let mut files = HashMap::new();
    for entry in entries {
        let entry = entry.map_err(|_| UpdateFileError::NotAnUpdate)?;
        let name = String::from_utf8(entry.path_bytes().into_owned()).map_err(|_| UpdateFileError::NotAnUpdate)?;
        let extent = Extent { offset: entry.raw_file_position(), length: entry.size() };
        let is_inside = extent.offset.checked_add(extent.length).is_some_and(|end| end <= size);
        if !is_inside || files.len() >= MAX_ENTRIES {
            return Err(UpdateFileError::NotAnUpdate);
        }
        if entry.header().entry_type().is_file() {
            files.insert(name, extent);
        }
    }
    if files.keys().any(|name| name.ends_with("timestamp.json")) {
        Ok(files)
    } else {
        Err(UpdateFileError::NotAnUpdate)
    }
}

/// Refuses what would have to be kept in memory: the names in a file of a few gigabytes could be as large as the file.
fn refuse_large_extensions(file: &File) -> Result<(), UpdateFileError> {
    let mut archive = tar::Archive::new(io::BufReader::new(file));
    let entries = archive.entries_with_seek().map_err(|_| UpdateFileError::NotAnUpdate)?;
    for entry in entries.raw(true) {
        let entry = entry.map_err(|_| UpdateFileError::NotAnUpdate)?;
        if !entry.header().entry_type().is_file() && entry.size() > MAX_EXTENSION_BYTES {
            return Err(UpdateFileError::NotAnUpdate);
        }
    }
    archive.into_inner().rewind().map_err(UpdateFileError::Io)
}

#[async_trait]
impl Fetch for UpdateFile {
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
        let extent = self.extent(url).ok_or(FetchError::NotFound)?;
        let start = extent.offset.saturating_add(offset);
        let end = extent.offset + extent.length;
        let path = self.path.clone();
        let chunks = stream::unfold(start, move |at| {
            let path = path.clone();
            async move {
                if at >= end {
                    return None;
                }
                let read = tokio::task::spawn_blocking(move || read_chunk(&path, at, end)).await;
                let chunk =
                    read.map_err(io::Error::other).flatten().map_err(|error| FetchError::Failed(error.to_string()));
                let next = chunk.as_ref().map_or(end, |chunk| at + u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                Some((chunk, next))
            }
        });
        Ok(FetchedBody { offset, bytes: chunks.boxed() })
    }
}

fn read_chunk(path: &Path, at: u64, end: u64) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(at))?;
    let length = usize::try_from(end - at).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
    let mut chunk = vec![0; length];
    file.read_exact(&mut chunk)?;
    Ok(chunk.into())
}

/// Writes an update file with `files`: their names below the repository's folder, and where they are.
///
/// # Errors
/// When a file cannot be read or the update file cannot be written.
pub fn write_update_file(path: &Path, files: &[(String, PathBuf)]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut archive = tar::Builder::new(File::create(&beside)?);
    archive.mode(tar::HeaderMode::Deterministic);
    for (name, file) in files {
        archive.append_path_with_name(file, name)?;
    }
    archive.into_inner()?.sync_all()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of one entry of this type and size, between an entry that every update has and another.
    fn archive(entry_type: tar::EntryType, size: usize) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, entry_type, size) in [
            ("timestamp.json", tar::EntryType::Regular, 2),
            ("extension", entry_type, size),
            ("last.json", tar::EntryType::Regular, 2),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_path(name).unwrap();
            header.set_entry_type(entry_type);
            header.set_size(u64::try_from(size).unwrap());
            header.set_mode(0o644);
            header.set_cksum();
            archive.append(&header, &vec![b'n'; size][..]).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[tokio::test]
    async fn names_that_would_fill_the_memory_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.update");
        let base = Url::parse("https://updates.invalid/u/v1/").unwrap();
        let check = async |entry_type, size, want: bool| {
            std::fs::write(&path, archive(entry_type, size)).unwrap();
            let opened = UpdateFile::open(&path, base.clone()).await;
            assert_eq!(opened.is_ok(), want, "{entry_type:?} of {size} bytes: {opened:?}");
        };
        use tar::EntryType::{GNULongLink, GNULongName, Regular};
        check(Regular, 1_000_000, true).await;
        check(GNULongName, 200, true).await;
        check(GNULongName, 1_000_000, false).await;
        check(GNULongLink, 1_000_000, false).await;
    }
}
