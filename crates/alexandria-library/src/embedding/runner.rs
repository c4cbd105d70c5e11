//! One run of the embedding job: batch after batch, until everything is embedded or something ends the run.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use alexandria_domain::CodedError;
use alexandria_index::VectorRow;
use tokio_util::sync::CancellationToken;

use super::batch::{Batch, PendingPassage};
use super::error::EmbedError;
use super::reconcile::reconcile;
use super::state::JobState;
use super::throttle::Throttle;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::{EmbeddingProgress, Event, eta};
use crate::models::Models;

use crate::semantic_index::SemanticIndex;

/// How a run ended without failing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RunEnd {
    /// Everything is embedded.
    Done,
    /// The reader paused the background job.
    Paused,
    /// Another operation needs the lock; the run continues afterwards.
    Preempted,
    /// An import has started, for which the background job waits.
    Importing,
}

/// What runs work on.
pub(super) struct Runner {
    pub(super) engines: Arc<Engines>,
    pub(super) state: JobState,
    models: Arc<Models>,
    index: Arc<SemanticIndex>,
}

impl Runner {
    pub(super) fn new(engines: Arc<Engines>, models: Arc<Models>, index: Arc<SemanticIndex>) -> Self {
        Self { engines, state: JobState::default(), models, index }
    }

    /// Embeds until nothing is left to do. With a throttle it is a run of the background job, which can be paused. Emits
    /// the final state.
    pub(super) async fn run(
        &self,
        cancel: &CancellationToken,
        mut throttle: Option<&mut Throttle>,
    ) -> Result<RunEnd, EmbedError> {
        let lock = &self.engines.locks.embedding;
        let mut held = lock.acquire().await;
        let background = throttle.is_some();
        let active = self.state.start(background);
        let mut fragmented = false;
        let end = loop {
            let end = self.run_locked(cancel, throttle.as_deref_mut(), &mut fragmented).await;
            if !matches!(end, Ok(RunEnd::Preempted)) {
                break end;
            }
            // The lock is fair: whoever waits for it gets it first.
            drop(held);
            held = lock.acquire().await;
        };
        // Before the lock is free: who holds it finds no run that has ended as running.
        match &end {
            Err(error) if background && !matches!(error, EmbedError::Cancelled) => active.fail(),
            _ => drop(active),
        }
        drop(held);
        // Closing the library should not wait for another database query.
        if !self.engines.stop.is_cancelled() {
            self.emit_progress().await;
        }
        end
    }

    /// Runs while the lock is held. `fragmented` says, before and after, whether the run has added vectors in small files
    /// that should be compacted.
    fn run_locked<'a>(
        &'a self,
        cancel: &'a CancellationToken,
        throttle: Option<&'a mut Throttle>,
        fragmented: &'a mut bool,
    ) -> Pin<Box<dyn Future<Output = Result<RunEnd, EmbedError>> + Send + 'a>> {
        Box::pin(async move {
            reconcile(&self.engines, &self.index).await?;
            let mut run = Run::start(self, cancel, throttle).await?;
            loop {
                let batch = Batch::next(&self.engines).await?;
                if !batch.is_pending() {
                    // Compaction reads the whole index. If that finds damage, the index is empty now and all vectors are
                    // to be made again.
                    if !*fragmented || self.index.compact().await? {
                        break;
                    }
                    continue;
                }
                let end = run.embed(batch).await;
                *fragmented |= run.done > run.done_before;
                match end? {
                    RunEnd::Done => {}
                    end => return Ok(end),
                }
            }
            if *fragmented {
                *fragmented = false;
                // A recent import left its terms in many small full-text segments; merge them now.
                let engines = Arc::clone(&self.engines);
                blocking(move || Ok::<_, EmbedError>(engines.store.maintenance()?)).await?;
            }
            Ok(RunEnd::Done)
        })
    }

    /// Emits how many vectors are safely stored, and the state of the job.
    pub(super) async fn emit_progress(&self) {
        let engines = Arc::clone(&self.engines);
        match blocking(move || Ok::<_, EmbedError>(engines.store.totals()?)).await {
            Ok(totals) => {
                let state = self.state.embedding_state(totals.not_embedded());
                let (done, total) = (totals.embedded, totals.passages);
                self.engines.events.emit(Event::Embedding(EmbeddingProgress { done, total, eta_seconds: None, state }));
            }
            Err(error) => tracing::warn!(code = %error.code(), "embedding progress could not be read"),
        }
    }
}

/// Progress of one run.
struct Run<'a> {
    runner: &'a Runner,
    cancel: &'a CancellationToken,
    /// Of the background job.
    throttle: Option<&'a mut Throttle>,
    started: Instant,
    /// Passages with vectors when the run started, now, and in all.
    done_before: u64,
    done: u64,
    total: u64,
}

impl<'a> Run<'a> {
    async fn start(
        runner: &'a Runner,
        cancel: &'a CancellationToken,
        throttle: Option<&'a mut Throttle>,
    ) -> Result<Self, EmbedError> {
        let engines = Arc::clone(&runner.engines);
        let totals = blocking(move || Ok::<_, EmbedError>(engines.store.totals()?)).await?;
        let run = Self {
            runner,
            cancel,
            throttle,
            started: Instant::now(),
            done_before: totals.embedded,
            done: totals.embedded,
            total: totals.passages,
        };
        Ok(run)
    }

    /// Embeds a batch, adds its vectors and records them: all of them, or those made before the run was paused, cancelled
    /// or preempted.
    async fn embed(&mut self, mut batch: Batch) -> Result<RunEnd, EmbedError> {
        let Runner { engines, state, models, index } = self.runner;
        let mut end = Ok(RunEnd::Done);
        while batch.is_pending() {
            self.throttle().await;
            if self.cancel.is_cancelled() || engines.stop.is_cancelled() {
                end = Err(EmbedError::Cancelled);
                break;
            }
            if self.throttle.is_some() && state.is_paused() {
                end = Ok(RunEnd::Paused);
                break;
            }
            if self.throttle.is_some() && engines.locks.imports.is_active() {
                end = Ok(RunEnd::Importing);
                break;
            }
            if engines.locks.embedding.is_contended() {
                end = Ok(RunEnd::Preempted);
                break;
            }
            self.emit_progress();
            let started = Instant::now();
            let step = batch.take_step();
            let count = step.len() as u64;
            let models = Arc::clone(models);
            batch.push(blocking(move || embed(&models, &step)).await?);
            self.done += count;
            if let Some(throttle) = &mut self.throttle {
                throttle.record_step(started.elapsed());
            }
        }
        if !batch.vectors().is_empty() {
            index.add(batch.vectors(), batch.marks()).await?;
            engines.events.emit(Event::Changed);
        }
        end
    }

    /// Sleeps before a step of the background job on battery. Interrupted by whatever ends the run.
    async fn throttle(&mut self) {
        let Some(throttle) = &mut self.throttle else { return };
        let state = &self.runner.state;
        let sleep = async {
            let throttled = throttle.is_throttled().await;
            state.set_throttled(throttled);
            if throttled {
                tokio::time::sleep(throttle.sleep()).await;
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => {}
            () = self.runner.engines.stop.cancelled() => {}
            () = state.wait_for_pause(true) => {}
            () = sleep => {}
        }
    }

    fn emit_progress(&self) {
        let done_now = self.done - self.done_before;
        let total_now = self.total.saturating_sub(self.done_before);
        let eta_seconds = eta(done_now, total_now, self.started.elapsed().as_secs_f64());
        let total = self.total.max(self.done);
        let state = self.runner.state.embedding_state(total - self.done);
        let progress = EmbeddingProgress { done: self.done, total, eta_seconds, state };
        self.runner.engines.events.emit(Event::Embedding(progress));
    }
}

fn embed(models: &Models, passages: &[PendingPassage]) -> Result<Vec<VectorRow>, EmbedError> {
    let texts: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
    let vectors = models.embedder()?.embed(&texts)?;
    let row = |(passage, vector): (&PendingPassage, _)| VectorRow { passage: passage.id, vector };
    Ok(passages.iter().zip(vectors).map(row).collect())
}
