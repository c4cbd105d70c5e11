//! The vector index: which passages lie nearest to a query, in an encrypted LanceDB table.
//!
//! The table holds a row (passage, vector) for every embedded passage and nothing else. It is derived data: whatever is
//! wrong with it, [`VectorIndex::destroy`] and embedding again make it whole. Search is flat and exact up to the eight
//! bits of [`block`]; no index is built, because LanceDB's index builder writes vectors to the temporary directory in
//! clear. Why not LanceDB's own flat search, and what all this costs: `docs/formats/index-store.md`.
//!
//! Absent: texts, which are the database's, and embedding, which is [`crate::embed`].

mod block;
mod error;
mod fetch;
mod filter;
mod fingerprint;
mod flat;
mod maintain;
mod memory;
mod nearest;
mod table;
#[cfg(test)]
mod tests;
mod verify;
mod write;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::PassageId;
use lancedb::Table;
use tokio::sync::{Mutex, RwLock};

use crate::embed::Embedding;
pub use error::IndexError;
pub use filter::PublicationFilter;
pub use fingerprint::Fingerprint;
use memory::Memory;
pub use nearest::Neighbour;

/// Number of the table's format. A library whose table has another rebuilds it. Raise it with any change of the schema
/// or of the embedding model.
pub const VECTOR_FORMAT: u32 = 1;

/// Memory that vectors may take while readers search, unless [`VectorIndex::with_memory_limit`] says otherwise: enough
/// for a million passages. A larger library is searched from disk.
pub const DEFAULT_MEMORY_LIMIT: usize = 400 << 20;

/// A passage and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorRow {
    /// The passage.
    pub passage: PassageId,
    /// Its vector, of length 1.
    pub vector: Embedding,
}

/// The vectors of one library. Only one process may have it open; the library's lock sees to that.
pub struct VectorIndex {
    folder: PathBuf,
    key: Arc<IndexKey>,
    table: Table,
    memory: Memory,
    /// Held while the table is written.
    writer: Mutex<()>,
    /// Held for reading while a query reads the table's files, for writing while old ones are deleted.
    files: RwLock<()>,
}

impl std::fmt::Debug for VectorIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VectorIndex").field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl VectorIndex {
    /// Opens the index in `folder`, or makes an empty one there. Little of it is read: what is damaged inside a file shows
    /// when that is needed, or by [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if its files were changed, removed, sealed under another key or written in another
    /// format: [`destroy`](Self::destroy) it and embed the library again.
    pub async fn open(folder: &Path, key: Arc<IndexKey>) -> Result<Self, IndexError> {
        let table = table::open(folder, Arc::clone(&key)).await?;
        Ok(Self {
            folder: folder.to_owned(),
            key,
            table,
            memory: Memory::new(DEFAULT_MEMORY_LIMIT),
            writer: Mutex::new(()),
            files: RwLock::new(()),
        })
    }

    /// Sets how many bytes of vectors may be kept in memory. Above it every query reads the table from disk.
    #[must_use]
    pub fn with_memory_limit(self, bytes: usize) -> Self {
        Self { memory: Memory::new(bytes), ..self }
    }

    /// Removes the index from the disk. It must not be open.
    ///
    /// # Errors
    /// When the operating system refuses.
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
        self.memory.get().is_some()
    }

    /// Gives up the vectors in memory; the next query reads them again. Returns whether there were any.
    pub fn release_memory(&self) -> bool {
        self.memory.forget()
    }
}
