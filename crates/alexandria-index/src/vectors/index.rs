//! The open index.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use lancedb::Table;
use tokio::sync::{Mutex, RwLock};

use super::cache::VectorCache;
use super::error::IndexError;
use super::table;

/// Memory in bytes that vectors may take, unless [`VectorIndex::with_memory_limit`] sets another limit: enough for a
/// million passages. A larger library is searched from disk.
pub const DEFAULT_MEMORY_LIMIT: usize = 400 << 20;

/// The vectors of one library. Only one process may have it open, which the library's lock ensures.
pub struct VectorIndex {
    pub(super) folder: PathBuf,
    pub(super) key: Arc<IndexKey>,
    pub(super) table: Table,
    pub(super) cache: VectorCache,
    /// Held while the table is written.
    pub(super) writer: Mutex<()>,
    /// Read-locked while a query reads the table's files, write-locked while old ones are deleted.
    pub(super) files: RwLock<()>,
}

impl std::fmt::Debug for VectorIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VectorIndex").field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl VectorIndex {
    /// Opens the index in `folder`, or creates an empty one there. Reads little of it: damage inside a file shows when the
    /// file is needed, or by [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if its files were changed, removed, encrypted under another key or written in another
    /// format: [`destroy`](Self::destroy) it and embed the library again.
    pub async fn open(folder: &Path, key: Arc<IndexKey>) -> Result<Self, IndexError> {
        let table = table::open(folder, Arc::clone(&key)).await?;
        Ok(Self {
            folder: folder.to_owned(),
            key,
            table,
            cache: VectorCache::new(DEFAULT_MEMORY_LIMIT),
            writer: Mutex::new(()),
            files: RwLock::new(()),
        })
    }

    /// Sets how many bytes of vectors may be cached in memory. Above that, every query reads the table from disk.
    #[must_use]
    pub fn with_memory_limit(self, bytes: usize) -> Self {
        Self { cache: VectorCache::new(bytes), ..self }
    }

    /// Deletes the index from disk. It must not be open.
    ///
    /// # Errors
    /// [`IndexError::Io`] if a file cannot be deleted.
    pub fn destroy(folder: &Path) -> Result<(), IndexError> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(IndexError::Io(error)),
            _ => Ok(()),
        }
    }

    /// Number of vectors.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn len(&self) -> Result<u64, IndexError> {
        let rows = self.table.count_rows(None).await?;
        Ok(u64::try_from(rows).unwrap_or(u64::MAX))
    }

    /// Whether there are no vectors.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub async fn is_empty(&self) -> Result<bool, IndexError> {
        Ok(self.len().await? == 0)
    }

    /// Whether the vectors are in memory.
    #[must_use]
    pub fn holds_memory(&self) -> bool {
        self.cache.get().is_some()
    }

    /// Drops the vectors in memory; the next query reads them again. Returns whether there were any.
    pub fn release_memory(&self) -> bool {
        self.cache.clear()
    }
}
