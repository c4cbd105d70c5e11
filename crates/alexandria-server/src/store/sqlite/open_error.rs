//! Why the database could not be opened.

use std::io;
use std::path::PathBuf;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("the folder is in use by another server: {0}")]
    InUse(PathBuf),
    /// The engine was built without encryption.
    #[error("the database engine has no encryption")]
    NoCipher,
    /// The key is not that of the file, or the file is no database.
    #[error("the database does not open with this key")]
    WrongKey,
    /// A newer version of the program has written it.
    #[error("the database has schema version {found}, and this program knows {known}")]
    Newer {
        /// The version of the file.
        found: usize,
        /// The newest version known.
        known: usize,
    },
    /// A migration that was applied is not the one that this program has.
    #[error("migration {0} of the database is not that of this program")]
    Changed(usize),
    /// The integrity check found an error.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The file system failed.
    #[error("file {path}")]
    Io {
        /// What failed.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The engine failed.
    #[error("the database engine failed")]
    Engine(#[from] rusqlite::Error),
}
