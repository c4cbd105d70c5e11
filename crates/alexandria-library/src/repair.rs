//! Repair: making again what can be made again. What only a book's file or a backup could bring back is left alone and
//! reported by the check that follows.

use std::sync::Arc;

use alexandria_domain::{CodedError, ErrorCode};

use crate::delete;
use crate::doctor::Finding;
use crate::embed::{self, EmbedError, reconcile};
use crate::import::sweep_leftovers;
use crate::open::Library;
use crate::shelf::ShelfError;
use crate::worker::{Panicked, blocking};

/// Why a library was not repaired to the end. What was mended stays so.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The database or the files failed.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The vector index failed.
    #[error(transparent)]
    Vectors(#[from] EmbedError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for RepairError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Shelf(error) => error.code(),
            Self::Vectors(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

impl Library {
    /// Mends what follows from other data: the term index out of the text, rows that belong to no publication, what an
    /// interrupted import left, a vector index that is damaged or does not fit (its vectors are then made again by
    /// [`embed`](Self::embed)), and of the vault and its copy the one that is lost, damaged or out of date. Then checks
    /// as [`check`](Self::check) does. A database with damaged pages is not touched, nor is any book's file, even if
    /// the database does not know the book.
    ///
    /// # Errors
    /// When an engine fails.
    pub async fn repair(&self) -> Result<Vec<Finding>, RepairError> {
        if let Err(error) = self.mend_vault().await {
            // The rest can be mended all the same, and the check tells what stays as it is.
            tracing::warn!(code = %error.code(), "the vault was not mended");
        }
        {
            let _no_import = self.core.importing.lock().await;
            let _no_embedding = embed::hold(&self.core).await;
            let core = Arc::clone(&self.core);
            blocking(move || {
                let found = core.store.check().map_err(ShelfError::from)?;
                if found.repairable {
                    let repaired = core.store.repair().map_err(ShelfError::from)?;
                    tracing::info!(rows = repaired.foreign_rows, terms = repaired.terms, "database repaired");
                }
                if found.problems.is_empty() || found.repairable {
                    sweep_leftovers(&core)?;
                }
                Ok::<_, RepairError>(())
            })
            .await?;
            // All of the index is read first, as nothing that follows does.
            self.core.mend_index::<EmbedError>().await?;
            delete::finish(&self.core).await?;
            reconcile(&self.core).await?;
        }
        Ok(self.check().await?)
    }
}
