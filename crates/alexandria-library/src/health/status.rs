//! A library in numbers.

use std::sync::Arc;

use alexandria_index::RuntimeFiles;

use crate::blocking::blocking;
use crate::embedding::EmbeddingJob;
use crate::engines::Engines;
use crate::event::EmbeddingState;
use crate::shelf::ShelfError;

/// A library in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Publications on the shelf.
    pub publications: u64,
    /// Their sections.
    pub sections: u64,
    /// Their passages, all of which exact search finds.
    pub passages: u64,
    /// Passages that semantic search finds.
    pub embedded: u64,
    /// Publications in the bin.
    pub binned: u64,
    /// State of the embedding job.
    pub embedding: EmbeddingState,
    /// Whether the embedding model and its runtime are installed.
    pub model: bool,
}

/// Counts what is in the library.
pub(crate) async fn status(engines: &Arc<Engines>, embedding: &EmbeddingJob) -> Result<Status, ShelfError> {
    let engines = Arc::clone(engines);
    let count = move || Ok::<_, ShelfError>((engines.store.totals()?, RuntimeFiles::locate().is_ok()));
    let (totals, model) = blocking(count).await?;
    Ok(Status {
        publications: totals.publications,
        sections: totals.sections,
        passages: totals.passages,
        embedded: totals.embedded,
        binned: totals.binned,
        embedding: embedding.state(totals.not_embedded()),
        model,
    })
}
