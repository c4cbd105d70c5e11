//! Repair of everything that can be derived from other data. What only a book's file or a backup could bring back is left
//! alone and reported by the check that follows.

use std::sync::Arc;

use alexandria_domain::{CodedError, ErrorCode};

use super::check::check;
use super::finding::Finding;
use super::watch::Watch;
use crate::blocking::{Panicked, blocking};
use crate::embedding::{EmbedError, reconcile};
use crate::engines::Engines;
use crate::import::remove_leftovers;
use crate::protection::LibraryVault;
use crate::semantic_index::{IndexOpError, SemanticIndex};
use crate::shelf::{ShelfError, finish_deletions};

/// Why a repair stopped. What was repaired by then stays so.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The database or the files failed.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The vector index failed.
    #[error(transparent)]
    Index(#[from] IndexOpError),
    /// Index and database could not be reconciled.
    #[error(transparent)]
    Embedding(#[from] EmbedError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for RepairError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Shelf(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Embedding(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

/// Repairs, then checks. A database with damaged pages is not changed, nor is any book's file.
pub(crate) async fn repair(
    engines: &Arc<Engines>,
    index: &SemanticIndex,
    vault: &LibraryVault,
    watch: &Watch,
) -> Result<Vec<Finding>, RepairError> {
    if let Err(error) = vault.repair().await {
        // Everything else can be repaired all the same, and the check reports the vault.
        tracing::warn!(code = %error.code(), "the vault was not repaired");
    }
    {
        let _no_import = engines.locks.import.lock().await;
        let _no_embedding = engines.locks.embedding.preempt().await;
        let repairing = Arc::clone(engines);
        blocking(move || Ok::<_, RepairError>(repair_database(&repairing)?)).await?;
        // Reads the whole index, which nothing below does.
        index.repair().await?;
        finish_deletions(engines, index).await?;
        reconcile(engines, index).await?;
    }
    Ok(check(engines, index, vault, watch).await?)
}

fn repair_database(engines: &Engines) -> Result<(), ShelfError> {
    let report = engines.store.check()?;
    if report.repairable {
        let repaired = engines.store.repair()?;
        tracing::info!(rows = repaired.orphaned_rows, terms = repaired.terms, "database repaired");
    }
    if report.problems.is_empty() || report.repairable {
        let restamped = engines.changes.restamp_future_ops(&engines.store)?;
        if restamped > 0 {
            tracing::info!(restamped, "changes dated in the future were dated now");
        }
        remove_leftovers(engines)?;
    }
    Ok(())
}
