//! What is in the library and how it can be searched.

use std::sync::Arc;

use alexandria_index::RuntimeFiles;

use crate::event::EmbeddingState;
use crate::open::Library;
use crate::shelf::ShelfError;
use crate::worker::blocking;

/// How a publication can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Searchable {
    /// It has no text.
    Nothing,
    /// By its words.
    Exact,
    /// By its words and by meaning.
    Semantic,
}

impl Searchable {
    /// Of a publication with that many passages, so many of them with vectors.
    #[must_use]
    pub const fn of(embedded: u32, passages: u32) -> Self {
        match (embedded, passages) {
            (_, 0) => Self::Nothing,
            (embedded, passages) if embedded >= passages => Self::Semantic,
            _ => Self::Exact,
        }
    }

    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Exact => "exact",
            Self::Semantic => "semantic",
        }
    }
}

/// The library in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Publications on the shelf.
    pub publications: u64,
    /// Their sections.
    pub sections: u64,
    /// Their passages, all of which exact search finds.
    pub passages: u64,
    /// Passages semantic search finds.
    pub embedded: u64,
    /// Publications in the bin.
    pub binned: u64,
    /// What the making of vectors is doing.
    pub embedding: EmbeddingState,
    /// Whether the embedding model and its runtime are installed.
    pub model: bool,
}

impl Library {
    /// Counts what is in the library.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self) -> Result<Status, ShelfError> {
        let core = Arc::clone(&self.core);
        blocking(move || {
            let totals = core.store.totals()?;
            Ok(Status {
                publications: totals.publications,
                sections: totals.sections,
                passages: totals.passages,
                embedded: totals.embedded,
                binned: totals.binned,
                embedding: core.embedding_job.state(totals.not_embedded()),
                model: RuntimeFiles::locate().is_ok(),
            })
        })
        .await
    }
}
