//! A library that goes when the benchmark ends.

use alexandria_library::{Library, Passphrase, SearchMode, SearchRequest, Unlock};
use tempfile::TempDir;

/// The library and its folder.
pub(crate) struct Shelf {
    pub(crate) library: Library,
    pub(crate) folder: TempDir,
}

impl Shelf {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let unlock = Unlock::Passphrase(Passphrase::new("for a benchmark only".to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await?;
        Ok(Self { library, folder })
    }
}

/// A request for the first hits in the whole library.
pub(crate) fn request(query: &str, mode: SearchMode, limit: usize) -> SearchRequest {
    SearchRequest { query: query.to_owned(), mode, limit, offset: 0, publication: None }
}
