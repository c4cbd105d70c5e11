//! A library in a temporary folder.

use std::path::PathBuf;

use alexandria_library::{Library, Passphrase, SearchMode, SearchRequest, Unlock};
use tempfile::TempDir;

/// The passphrase of every library here.
pub(crate) const PASSPHRASE: &str = "for a benchmark only";

/// An open library and its folder, which is deleted on drop.
pub(crate) struct TempLibrary {
    pub(crate) library: Library,
    pub(crate) folder: TempDir,
}

impl TempLibrary {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let library = Library::create(&folder.path().join("library"), unlock()).await?;
        Ok(Self { library, folder })
    }

    /// Opens the library again in the folder that [`close`](Self::close) returned.
    pub(crate) async fn reopen(folder: TempDir) -> anyhow::Result<Self> {
        let library = Library::open(&folder.path().join("library"), unlock()).await?;
        Ok(Self { library, folder })
    }

    /// The library's folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    /// Closes the library and keeps its folder.
    pub(crate) fn close(self) -> TempDir {
        self.folder
    }
}

fn unlock() -> Unlock {
    Unlock::Passphrase(Passphrase::new(PASSPHRASE.to_owned()))
}

/// A request for the first hits in the whole library.
pub(crate) fn request(query: &str, mode: SearchMode, limit: usize) -> SearchRequest {
    SearchRequest { query: query.to_owned(), mode, limit, offset: 0, publication: None }
}
