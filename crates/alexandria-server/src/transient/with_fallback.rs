//! Redis with memory behind it. While Redis does not answer, every process counts and remembers for itself: limits hold per
//! process, nothing is ever allowed because nobody could count.
//!
//! A value is taken from wherever it was put, so that one put before or during an outage can be used after it. A value put
//! under the same id on both sides of an outage could be taken twice: ids must therefore be drawn at random by the server.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::watch;

use super::gcra::{Decision, Rate};
use super::memory::MemoryTransient;
use super::{Space, Topic, Transient, TransientError};

/// How long Redis is left alone after it failed, so that requests do not each wait for it.
const PAUSE: Duration = Duration::from_secs(1);

/// Shared state that may be away, and local state that is not.
#[derive(Debug)]
pub struct FallbackTransient<T> {
    shared: T,
    local: MemoryTransient,
    started: Instant,
    /// Milliseconds after `started` before which `shared` is not asked.
    paused_until_ms: AtomicU64,
}

impl<T: Transient> FallbackTransient<T> {
    /// Uses `shared` while it answers.
    #[must_use]
    pub fn new(shared: T, local: MemoryTransient) -> Self {
        Self { shared, local, started: Instant::now(), paused_until_ms: AtomicU64::new(0) }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The answer of the shared state, or nothing if it is away.
    async fn ask<A>(&self, question: impl Future<Output = Result<A, TransientError>> + Send) -> Option<A> {
        if self.elapsed_ms() < self.paused_until_ms.load(Ordering::Relaxed) {
            return None;
        }
        match question.await {
            Ok(answer) => Some(answer),
            Err(error) => {
                let pause_ms = u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
                self.paused_until_ms.store(self.elapsed_ms().saturating_add(pause_ms), Ordering::Relaxed);
                metrics::counter!("alexandria_transient_fallbacks_total").increment(1);
                tracing::warn!(%error, "redis is away; this process counts for itself");
                None
            }
        }
    }
}

#[async_trait]
impl<T: Transient> Transient for FallbackTransient<T> {
    async fn put(&self, space: Space, id: &[u8], value: &[u8], lifetime: Duration) -> Result<bool, TransientError> {
        match self.ask(self.shared.put(space, id, value, lifetime)).await {
            Some(stored) => Ok(stored),
            None => self.local.put(space, id, value, lifetime).await,
        }
    }

    async fn get(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError> {
        match self.ask(self.shared.get(space, id)).await {
            Some(Some(value)) => Ok(Some(value)),
            Some(None) | None => self.local.get(space, id).await,
        }
    }

    async fn take(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError> {
        match self.ask(self.shared.take(space, id)).await {
            Some(Some(value)) => Ok(Some(value)),
            Some(None) | None => self.local.take(space, id).await,
        }
    }

    async fn replace(&self, space: Space, id: &[u8], expected: &[u8], value: &[u8]) -> Result<bool, TransientError> {
        match self.ask(self.shared.replace(space, id, expected, value)).await {
            Some(true) => Ok(true),
            Some(false) | None => self.local.replace(space, id, expected, value).await,
        }
    }

    async fn acquire(&self, bucket: &str, rate: Rate, cost: u32) -> Result<Decision, TransientError> {
        match self.ask(self.shared.acquire(bucket, rate, cost)).await {
            Some(decision) => Ok(decision),
            None => self.local.acquire(bucket, rate, cost).await,
        }
    }

    fn subscribe(&self, topic: Topic) -> watch::Receiver<u64> {
        self.shared.subscribe(topic)
    }

    async fn wake(&self, topic: Topic) {
        self.shared.wake(topic).await;
    }

    async fn check(&self) -> Result<(), TransientError> {
        self.shared.check().await
    }
}
