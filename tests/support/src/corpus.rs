//! Where the corpus of real books is.

use std::path::{Path, PathBuf};

use alexandria_tests_skip::{Requirement, skip};

/// A folder of the corpus of real books: in `ALEXANDRIA_CORPUS`, or next to the checkout. Without one the test is reported
/// as skipped and has to return.
#[must_use]
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let next_to_checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ALEXANDRIA_CORPUS").map_or(next_to_checkout, PathBuf::from).join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    skip(Requirement::Corpus, "set ALEXANDRIA_CORPUS to its folder to run this test");
    None
}

/// The folder of the books themselves, like [`corpus`].
#[must_use]
pub fn corpus_books() -> Option<PathBuf> {
    corpus("books")
}
