//! One run of the embedding job: batch after batch, until nothing is left to do or something ends it.

use std::sync::Arc;
use std::time::Instant;

use alexandria_domain::{CodedError, PassageId};
use alexandria_index::VectorRow;
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use super::pace::Pace;
use super::{EmbedError, reconcile};
use crate::event::{EmbeddingProgress, Event, eta};
use crate::open::{Core, Step};
use crate::worker::blocking;

/// How a run ended that did not fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing is left to do.
    Done,
    /// The reader has paused the standing job.
    Paused,
    /// Somebody waits for it to make way, and then it has to go on.
    MadeWay,
}

/// Makes vectors until nothing is left to do. With a pace it is a run of the standing job, which can be paused. Tells
/// the shells at the end how things stand.
pub(super) async fn run(
    core: &Arc<Core>,
    cancel: &CancellationToken,
    mut pace: Option<&mut Pace>,
) -> Result<End, EmbedError> {
    let mut turn = core.embedding.lock().await;
    let standing = pace.is_some();
    let running = core.embedding_job.begin(standing);
    let mut is_scattered = false;
    let end = loop {
        let end = make(core, cancel, pace.as_deref_mut(), &mut is_scattered).await;
        if !matches!(end, Ok(End::MadeWay)) {
            break end;
        }
        // Turns are taken in the order they were asked for.
        drop(turn);
        turn = core.embedding.lock().await;
    };
    drop(turn);
    match &end {
        Err(error) if standing && !matches!(error, EmbedError::Cancelled) => running.fail(),
        _ => drop(running),
    }
    // Whoever closes the library does not wait for the database once more.
    if !core.stop.is_cancelled() {
        tell(core).await;
    }
    end
}

/// What a run does with its turn. `is_scattered` says, before and after, whether it has made vectors that lie in files of
/// their own.
fn make<'a>(
    core: &'a Arc<Core>,
    cancel: &'a CancellationToken,
    pace: Option<&'a mut Pace>,
    is_scattered: &'a mut bool,
) -> Step<'a, End, EmbedError> {
    Box::pin(async move {
        reconcile(core).await?;
        let mut run = Run::begin(core, cancel, pace).await?;
        loop {
            let batch = Batch::next(core).await?;
            if !batch.is_waiting() {
                // Compacting reads the index. If that finds it damaged it is empty now, and all is to be made again.
                if !*is_scattered || core.compact_index::<EmbedError>().await? {
                    break;
                }
                continue;
            }
            let end = run.embed(batch).await;
            *is_scattered |= run.done > run.done_before;
            match end? {
                End::Done => {}
                end => return Ok(end),
            }
        }
        if *is_scattered {
            *is_scattered = false;
            // What was imported has been embedded now; its terms are still in many small segments.
            let worker = Arc::clone(core);
            blocking(move || Ok::<_, EmbedError>(worker.store.maintenance()?)).await?;
        }
        Ok(End::Done)
    })
}

/// Tells the shells how many vectors are safely there, and what becomes of the rest.
pub(super) async fn tell(core: &Arc<Core>) {
    let worker = Arc::clone(core);
    let told = blocking(move || {
        let totals = worker.store.totals()?;
        let state = worker.embedding_job.state(totals.not_embedded());
        let progress = EmbeddingProgress { done: totals.embedded, total: totals.passages, eta_seconds: None, state };
        worker.tell(Event::Embedding(progress));
        Ok::<_, EmbedError>(())
    });
    if let Err(error) = told.await {
        tracing::warn!(code = %error.code(), "how far the vectors are was not told");
    }
}

/// What a run knows of itself.
struct Run<'a> {
    core: &'a Arc<Core>,
    cancel: &'a CancellationToken,
    /// That of the standing job.
    pace: Option<&'a mut Pace>,
    begun: Instant,
    done_before: u64,
    done: u64,
    total: u64,
}

impl<'a> Run<'a> {
    async fn begin(
        core: &'a Arc<Core>,
        cancel: &'a CancellationToken,
        pace: Option<&'a mut Pace>,
    ) -> Result<Self, EmbedError> {
        let worker = Arc::clone(core);
        let totals = blocking(move || Ok::<_, EmbedError>(worker.store.totals()?)).await?;
        let run = Self {
            core,
            cancel,
            pace,
            begun: Instant::now(),
            done_before: totals.embedded,
            done: totals.embedded,
            total: totals.passages,
        };
        Ok(run)
    }

    /// Embeds a batch, stores its vectors, then marks them: all of them, or those made before the run was paused,
    /// cancelled or asked to make way.
    async fn embed(&mut self, mut batch: Batch) -> Result<End, EmbedError> {
        let mut end = Ok(End::Done);
        while batch.is_waiting() {
            self.rest().await;
            if self.cancel.is_cancelled() || self.core.stop.is_cancelled() {
                end = Err(EmbedError::Cancelled);
                break;
            }
            if self.pace.is_some() && self.core.embedding_job.is_paused() {
                end = Ok(End::Paused);
                break;
            }
            if self.core.embedding_job.is_in_the_way() {
                end = Ok(End::MadeWay);
                break;
            }
            self.tell();
            let begun = Instant::now();
            let step = batch.step();
            let count = step.len() as u64;
            let worker = Arc::clone(self.core);
            batch.add(blocking(move || vectors(&worker, &step)).await?);
            self.done += count;
            if let Some(pace) = &mut self.pace {
                pace.stepped(begun.elapsed());
            }
        }
        if !batch.made().is_empty() {
            self.core.add_vectors::<EmbedError>(batch.made(), batch.marks()).await?;
            self.core.tell(Event::Changed);
        }
        end
    }

    /// The standing job's rest before a step, if it has to. Cut short by whatever ends the run.
    async fn rest(&mut self) {
        let Some(pace) = &mut self.pace else { return };
        let job = &self.core.embedding_job;
        let rest = async {
            let slowed = pace.is_slowed().await;
            job.slow(slowed);
            if slowed {
                tokio::time::sleep(pace.rest()).await;
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => {}
            () = self.core.stop.cancelled() => {}
            () = job.until_paused(true) => {}
            () = rest => {}
        }
    }

    fn tell(&self) {
        let (now, all) = (self.done - self.done_before, self.total.saturating_sub(self.done_before));
        let eta_seconds = eta(now, all, self.begun.elapsed().as_secs_f64());
        let total = self.total.max(self.done);
        let state = self.core.embedding_job.state(total - self.done);
        self.core.tell(Event::Embedding(EmbeddingProgress { done: self.done, total, eta_seconds, state }));
    }
}

fn vectors(core: &Core, passages: &[(PassageId, String)]) -> Result<Vec<VectorRow>, EmbedError> {
    let texts: Vec<&str> = passages.iter().map(|(_, text)| text.as_str()).collect();
    let vectors = core.embedder()?.embed(&texts)?;
    Ok(passages.iter().zip(vectors).map(|((passage, _), vector)| VectorRow { passage: *passage, vector }).collect())
}
