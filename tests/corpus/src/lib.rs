//! Shared by the corpus tests: a temporary library, the text of rendered pages, and the corpus.
//!
//! Not here: anything below `alexandria-library`. These tests see what a shell sees.

mod page;

use std::path::{Path, PathBuf};

use alexandria_library::{ImportReport, Library, Passphrase, Results, SearchMode, SearchRequest, Unlock};
pub use alexandria_tests_support::corpus;
use tempfile::TempDir;

pub use page::{assert_opens, folded, page_text};

/// A library in a temporary folder.
#[derive(Debug)]
pub struct TestLibrary {
    /// The open library.
    pub library: Library,
    folder: TempDir,
}

/// The passphrase of every test library.
const PASSPHRASE: &str = "a passphrase for tests only";

impl TestLibrary {
    /// Creates an empty library.
    ///
    /// # Panics
    /// On failure.
    #[expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::Passphrase(Passphrase::new(PASSPHRASE.to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
        Self { library, folder }
    }

    /// Closes the library and opens it again.
    ///
    /// # Panics
    /// If it does not open.
    pub async fn reopen(self) -> Self {
        self.reopen_after(|_folder| {}).await
    }

    /// Closes the library, calls `change` with its folder, and opens it again.
    ///
    /// # Panics
    /// If it does not open.
    #[expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]
    pub async fn reopen_after(self, change: impl FnOnce(&Path)) -> Self {
        let Self { library, folder } = self;
        drop(library);
        let path = folder.path().join("library");
        change(&path);
        let unlock = Unlock::Passphrase(Passphrase::new(PASSPHRASE.to_owned()));
        let library = Library::open(&path, unlock).await.unwrap();
        Self { library, folder }
    }

    /// A folder for files of the test, outside the library.
    ///
    /// # Panics
    /// If it cannot be created.
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]
    pub fn outside(&self) -> PathBuf {
        let outside = self.folder.path().join("outside");
        std::fs::create_dir_all(&outside).unwrap();
        outside
    }

    /// Imports paths and waits for the report.
    pub async fn import(&self, paths: &[PathBuf]) -> ImportReport {
        self.library.import(paths.to_vec()).wait().await
    }

    /// Searches all books.
    ///
    /// # Panics
    /// If the search fails.
    #[expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]
    pub async fn search(&self, query: &str, mode: SearchMode, limit: usize, offset: usize) -> Results {
        let request = SearchRequest { query: query.to_owned(), mode, limit, offset, publication: None };
        self.library.search(request).await.unwrap()
    }
}
