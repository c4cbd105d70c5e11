//! The embedding job: gives every passage its vector. Durable, resumable, cancellable; one runs at a time.
//!
//! The database says how many passages of each publication are safely in the index. A batch goes into the index first and
//! is marked second; if the process dies between the two, the next run removes the unmarked vectors and makes them again.
//!
//! The standing job is a guest on the reader's computer: they can pause it (`job`), and on battery it rests between its
//! steps (`pace`). A run that somebody waits for does neither.

mod batch;
mod fit;
mod job;
mod pace;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_index::{IndexError, LoadError, VectorIndex};
use alexandria_store::StoreError;
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

pub(crate) use self::fit::Misfit;
pub(crate) use self::job::EmbeddingJob;
use self::pace::Pace;
use self::run::{End, run, tell};
use crate::delete;
use crate::open::{Core, Library, Step};
use crate::power;
use crate::shelf::ShelfError;
use crate::worker::Panicked;

/// How long the standing job waits before it tries again what failed. Doubled after each failure in a row, up to
/// [`LONGEST_WAIT`]: a full disk or a missing model may be mended at any time, and trying costs work.
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// See [`FIRST_WAIT`].
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

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

impl CodedError for EmbedError {
    fn code(&self) -> ErrorCode {
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
    /// Gives every passage on the shelf its vector, as fast as it can. Returns when there is nothing left to do.
    /// Whoever calls this waits for it, so the reader's pause of the standing job does not hold it.
    ///
    /// # Errors
    /// When it is cancelled or an engine fails; nothing marked is lost.
    pub async fn embed(&self, cancel: &CancellationToken) -> Result<(), EmbedError> {
        run(&self.core, cancel, None).await.map(|_done| ())
    }

    /// Keeps the shelf embedded until the library's jobs are stopped: runs now, whenever something came onto the shelf,
    /// and a while after it failed; not while it is [paused](Self::set_embedding_paused), and slowly on battery.
    pub async fn keep_embedded(&self) {
        self.keep_embedded_at(Pace::new(power::on_battery)).await;
    }

    /// Pauses what [`keep_embedded`](Self::keep_embedded) does, after its present step, or lets it go on. What it has
    /// made stays, and search finds it. Holds until the library is closed; a library opens with the job not paused.
    pub async fn set_embedding_paused(&self, paused: bool) {
        if !paused {
            // What failed before is tried at once: whoever lets it go on has perhaps mended it.
            self.core.vectors_wanted.notify_one();
        }
        self.core.embedding_job.set_paused(paused);
        tell(&self.core).await;
    }

    async fn keep_embedded_at(&self, mut pace: Pace) {
        let (core, stop) = (&self.core, &self.core.stop);
        let mut wait = FIRST_WAIT;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = core.embedding_job.until_paused(false) => {}
            }
            // What came onto the shelf by now, the run sees; another one after it would find nothing.
            tokio::select! {
                biased;
                () = core.vectors_wanted.notified() => {}
                () = std::future::ready(()) => {}
            }
            let failed = match run(core, stop, Some(&mut pace)).await {
                Ok(End::Paused) => continue,
                Ok(End::Done | End::MadeWay) => false,
                Err(EmbedError::Cancelled) => return,
                Err(error) => {
                    tracing::warn!(code = %error.code(), "embedding stopped");
                    true
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                // What came onto the shelf during the run is not forgotten: a wake-up that finds nobody is kept.
                () = core.vectors_wanted.notified() => {}
                () = tokio::time::sleep(wait), if failed => {}
            }
            wait = if failed { LONGEST_WAIT.min(wait * 2) } else { FIRST_WAIT };
        }
    }
}

/// Keeps vectors from being made until the guard is dropped. A run under way keeps what it has made, makes way after its
/// present step, and goes on afterwards.
pub(crate) async fn hold(core: &Core) -> MutexGuard<'_, ()> {
    let _asking = core.embedding_job.ask_for_way();
    core.embedding.lock().await
}

/// Brings index and database back in step. The index is derived data: whatever does not fit or is damaged is made again.
pub(crate) async fn reconcile(core: &Arc<Core>) -> Result<(), EmbedError> {
    // Whoever imports may be bringing the same book back; then the deletion is finished another time.
    if let Ok(_no_import) = core.importing.try_lock() {
        delete::finish(core).await?;
    }
    let index = core.index::<EmbedError>().await?;
    let fitting: Step<'_, (), EmbedError> = Box::pin(fit(core, &index));
    let fitted = fitting.await;
    core.unless_damaged(index, fitted).await.map(|_anew| ())
}

async fn fit(core: &Arc<Core>, index: &VectorIndex) -> Result<(), EmbedError> {
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
        core.compact::<EmbedError>(index).await?;
    }
    Ok(())
}
