//! The embedding job: gives every passage its vector. Durable, resumable, cancellable; one runs at a time.
//!
//! The database says how many passages of each publication are safely in the index. A batch goes into the index first and
//! is marked second; if the process dies between the two, the next run removes the unmarked vectors and makes them again.

mod fit;

use std::sync::Arc;
use std::time::{Duration, Instant};

use alexandria_domain::{ErrorCode, PassageId};
use alexandria_index::{IndexError, LoadError, VectorRow};
use alexandria_store::StoreError;
use tokio_util::sync::CancellationToken;

pub(crate) use self::fit::Misfit;
use crate::delete;
use crate::event::{EmbeddingProgress, Event, eta};
use crate::open::{Core, Library};
use crate::shelf::ShelfError;
use crate::worker::{Panicked, blocking};

/// Passages that go into the index in one commit.
const BATCH: u32 = 1024;
/// Passages between two looks at the cancellation and two reports of progress.
const STEP: usize = 32;
/// How long the standing job waits before it tries again what failed. Doubled after each failure in a row, up to
/// [`LONGEST_PAUSE`]: a full disk or a missing model may be mended at any time, and trying costs work.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Why embedding stopped before its end. What was marked stays; the job resumes where it was.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The model is not there.
    #[error(transparent)]
    Model(#[from] LoadError),
    /// The model failed.
    #[error(transparent)]
    Embed(#[from] alexandria_index::EmbedError),
    /// The vector index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A deletion that was begun could not be finished.
    #[error(transparent)]
    Delete(#[from] ShelfError),
    /// It was cancelled.
    #[error("cancelled; it goes on where it was when it is started again")]
    Cancelled,
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl EmbedError {
    /// The code shells branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Model(error) => error.code(),
            Self::Embed(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Delete(error) => error.code(),
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

impl Library {
    /// Gives every passage on the shelf its vector. Returns when there is nothing left to do.
    ///
    /// # Errors
    /// When it is cancelled or an engine fails; nothing marked is lost.
    pub async fn embed(&self, cancel: &CancellationToken) -> Result<(), EmbedError> {
        let core = &self.core;
        let _turn = core.embedding.lock().await;
        reconcile(core).await?;
        let mut run = Run::begin(core).await?;
        loop {
            let batch = next_batch(core).await?;
            if batch.is_empty() {
                break;
            }
            let outcome = run.embed(batch, cancel).await;
            if outcome.is_err() {
                run.tell(false);
            }
            outcome?;
            core.tell(Event::Changed);
        }
        if run.done > run.done_before {
            core.compact_index::<EmbedError>().await?;
            // What was imported has been embedded now; its terms are still in many small segments.
            let worker = Arc::clone(core);
            blocking(move || Ok::<_, EmbedError>(worker.store.maintenance()?)).await?;
        }
        run.tell(false);
        Ok(())
    }

    /// Keeps the shelf embedded until the library's jobs are stopped: runs now, whenever something came onto the shelf,
    /// and a while after it failed.
    pub async fn keep_embedded(&self) {
        let stop = self.core.stop.clone();
        let mut pause = FIRST_PAUSE;
        loop {
            let failed = match self.embed(&stop).await {
                Ok(()) => false,
                Err(EmbedError::Cancelled) => return,
                Err(error) => {
                    tracing::warn!(code = %error.code(), "embedding stopped");
                    true
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                // What came onto the shelf during the run is not forgotten: a wake-up that finds nobody is kept.
                () = self.core.vectors_wanted.notified() => {}
                () = tokio::time::sleep(pause), if failed => {}
            }
            pause = if failed { LONGEST_PAUSE.min(pause * 2) } else { FIRST_PAUSE };
        }
    }
}

/// Brings index and database back in step. The index is derived data: whatever does not fit is made again.
pub(crate) async fn reconcile(core: &Arc<Core>) -> Result<(), EmbedError> {
    // Whoever imports may be bringing the same book back; then the deletion is finished another time.
    if let Ok(_no_import) = core.importing.try_lock() {
        delete::finish(core).await?;
    }
    let index = core.index::<EmbedError>().await?;
    let misfit = Misfit::of::<EmbedError>(core, index).await?;
    if misfit.is_none() {
        return Ok(());
    }
    tracing::warn!(short = misfit.short.len(), unmarked = misfit.unmarked.len(), "vector index made to fit");
    // Marks first: one that is too high would hide that something is missing, one that is too low hides nothing.
    core.record_index::<EmbedError>(index, misfit.short).await?;
    index.remove_ranges(&misfit.unmarked).await?;
    core.record_index::<EmbedError>(index, Vec::new()).await?;
    if misfit.foreign {
        core.compact_index::<EmbedError>().await?;
    }
    Ok(())
}

/// Passages of one publication that are embedded and committed together with those of others.
struct Portion {
    row: i64,
    /// Passages of the publication that will have vectors after this portion.
    through: u32,
    passages: Vec<(PassageId, String)>,
}

/// The next passages without vectors, oldest publication first.
async fn next_batch(core: &Arc<Core>) -> Result<Vec<Portion>, EmbedError> {
    let worker = Arc::clone(core);
    blocking(move || {
        let mut room = BATCH;
        let mut batch = Vec::new();
        for waiting in worker.store.embedding_backlog()? {
            if room == 0 {
                break;
            }
            let passages = worker.store.passages_from(waiting.row, waiting.embedded, room)?;
            let count = u32::try_from(passages.len()).unwrap_or(room).min(room);
            if count == 0 {
                // Fewer passages than counted: mark it, or it would be asked for for ever.
                worker.store.mark_embedded(waiting.row, waiting.passages)?;
                continue;
            }
            room -= count;
            let passages = passages.into_iter().map(|passage| (passage.id, passage.text)).collect();
            batch.push(Portion { row: waiting.row, through: waiting.embedded + count, passages });
        }
        Ok(batch)
    })
    .await
}

/// One run of the job, for its progress.
struct Run<'a> {
    core: &'a Arc<Core>,
    begun: Instant,
    done_before: u64,
    done: u64,
    total: u64,
}

impl<'a> Run<'a> {
    async fn begin(core: &'a Arc<Core>) -> Result<Self, EmbedError> {
        let worker = Arc::clone(core);
        let totals = blocking(move || Ok::<_, EmbedError>(worker.store.totals()?)).await?;
        let run = Self {
            core,
            begun: Instant::now(),
            done_before: totals.embedded,
            done: totals.embedded,
            total: totals.passages,
        };
        Ok(run)
    }

    /// Embeds a batch, stores its vectors, then marks them.
    async fn embed(&mut self, batch: Vec<Portion>, cancel: &CancellationToken) -> Result<(), EmbedError> {
        let mut passages: Vec<(PassageId, String)> = Vec::new();
        let mut marks = Vec::with_capacity(batch.len());
        for portion in batch {
            marks.push((portion.row, portion.through));
            passages.extend(portion.passages);
        }
        let mut rows = Vec::with_capacity(passages.len());
        while !passages.is_empty() {
            if cancel.is_cancelled() || self.core.stop.is_cancelled() {
                return Err(EmbedError::Cancelled);
            }
            let step: Vec<_> = passages.drain(..STEP.min(passages.len())).collect();
            let count = step.len() as u64;
            let worker = Arc::clone(self.core);
            rows.extend(blocking(move || vectors(&worker, &step)).await?);
            self.done += count;
            self.tell(true);
        }
        let index = self.core.index::<EmbedError>().await?;
        index.add(&rows).await?;
        self.core.record_index(index, marks).await
    }

    fn tell(&self, running: bool) {
        let (now, all) = (self.done - self.done_before, self.total.saturating_sub(self.done_before));
        let eta_seconds = if running { eta(now, all, self.begun.elapsed().as_secs_f64()) } else { None };
        let progress = EmbeddingProgress { done: self.done, total: self.total.max(self.done), eta_seconds, running };
        self.core.tell(Event::Embedding(progress));
    }
}

fn vectors(core: &Core, passages: &[(PassageId, String)]) -> Result<Vec<VectorRow>, EmbedError> {
    let texts: Vec<&str> = passages.iter().map(|(_, text)| text.as_str()).collect();
    let vectors = core.embedder()?.embed(&texts)?;
    Ok(passages.iter().zip(vectors).map(|((passage, _), vector)| VectorRow { passage: *passage, vector }).collect())
}
