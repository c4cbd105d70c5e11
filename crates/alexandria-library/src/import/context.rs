//! What an import works on.

use std::sync::Arc;

use super::locked::LockedFiles;
use crate::engines::Engines;
use crate::models::Models;
use crate::reading::OpenBooks;

/// What an import works on.
#[derive(Clone)]
pub(crate) struct ImportContext {
    pub(crate) engines: Arc<Engines>,
    /// Measures passages in tokens.
    pub(crate) models: Arc<Models>,
    /// Told when a publication's encrypted file is replaced.
    pub(crate) open_books: Arc<OpenBooks>,
    /// Files that open with a password only.
    pub(crate) locked_files: Arc<LockedFiles>,
}
