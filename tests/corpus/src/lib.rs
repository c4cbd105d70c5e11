//! What the corpus tests share: a new library, an import that must succeed, the pages a reader would see, and where
//! the corpus is.
//!
//! Absent here: anything that reaches below `alexandria-library`; these tests see what a shell sees.

mod page;

use std::path::{Path, PathBuf};

use alexandria_library::{ImportReport, Library, Passphrase, Results, SearchMode, SearchRequest, Unlock};
pub use alexandria_tests_support::corpus;
use tempfile::TempDir;

pub use page::{assert_opens, folded, page_text};

/// A library in a folder that goes when it does.
#[derive(Debug)]
pub struct Shelf {
    /// The open library.
    pub library: Library,
    folder: TempDir,
}

/// The passphrase of every test library.
const PASSPHRASE: &str = "a passphrase for tests only";

impl Shelf {
    /// A new, empty library.
    ///
    /// # Panics
    /// When it cannot be made.
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
    /// When it does not open.
    pub async fn reopen(self) -> Self {
        self.reopen_after(|_folder| {}).await
    }

    /// Closes the library, does something to its folder, and opens it again.
    ///
    /// # Panics
    /// When it does not open.
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
    /// When it cannot be made.
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

    /// Searches the whole shelf.
    ///
    /// # Panics
    /// When the search fails.
    #[expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]
    pub async fn search(&self, query: &str, mode: SearchMode, limit: usize, offset: usize) -> Results {
        let request = SearchRequest { query: query.to_owned(), mode, limit, offset, publication: None };
        self.library.search(request).await.unwrap()
    }
}
