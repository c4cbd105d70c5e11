//! Transient state in memory, for a server of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use super::gcra::{Decision, Rate, decide};
use super::topics::Topics;
use super::{Space, Topic, Transient, TransientError};
use crate::clock::Clock;

/// How many values and how many buckets there may be. A value is at most some kilobytes.
const MAX_ENTRIES: usize = 100_000;

/// The state.
#[derive(Debug)]
pub struct MemoryTransient {
    clock: Arc<dyn Clock>,
    values: Mutex<HashMap<(Space, Vec<u8>), Value>>,
    /// The times of [`decide`].
    buckets: Mutex<HashMap<String, i64>>,
    topics: Topics,
    max_entries: usize,
}

#[derive(Debug)]
struct Value {
    bytes: Vec<u8>,
    expires_ms: i64,
}

impl MemoryTransient {
    /// An empty state.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_limit(clock, MAX_ENTRIES)
    }

    pub(super) fn with_limit(clock: Arc<dyn Clock>, max_entries: usize) -> Self {
        Self { clock, values: Mutex::default(), buckets: Mutex::default(), topics: Topics::default(), max_entries }
    }

    /// Runs `change` on the values that have not expired.
    fn with_values<T>(&self, change: impl FnOnce(&mut HashMap<(Space, Vec<u8>), Value>, i64) -> T) -> T {
        let now = self.clock.now_ms();
        change(&mut self.values.lock().unwrap_or_else(PoisonError::into_inner), now)
    }
}

/// The value of `key`, if it has not expired.
fn current<'a>(
    values: &'a mut HashMap<(Space, Vec<u8>), Value>,
    key: &(Space, Vec<u8>),
    now: i64,
) -> Option<&'a mut Value> {
    values.get_mut(key).filter(|value| value.expires_ms > now)
}

#[async_trait]
impl Transient for MemoryTransient {
    async fn put(&self, space: Space, id: &[u8], value: &[u8], lifetime: Duration) -> Result<bool, TransientError> {
        let key = (space, id.to_vec());
        self.with_values(|values, now| {
            if current(values, &key, now).is_some() {
                return Ok(false);
            }
            if values.len() >= self.max_entries {
                values.retain(|_key, value| value.expires_ms > now);
            }
            if values.len() >= self.max_entries {
                return Err(TransientError::Full { limit: self.max_entries });
            }
            let expires_ms = now.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX));
            values.insert(key, Value { bytes: value.to_vec(), expires_ms });
            Ok(true)
        })
    }

    async fn get(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError> {
        let key = (space, id.to_vec());
        Ok(self.with_values(|values, now| current(values, &key, now).map(|value| value.bytes.clone())))
    }

    async fn take(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError> {
        let key = (space, id.to_vec());
        Ok(self.with_values(|values, now| {
            values.remove(&key).filter(|value| value.expires_ms > now).map(|value| value.bytes)
        }))
    }

    async fn replace(&self, space: Space, id: &[u8], expected: &[u8], value: &[u8]) -> Result<bool, TransientError> {
        let key = (space, id.to_vec());
        Ok(self.with_values(|values, now| match current(values, &key, now) {
            Some(stored) if stored.bytes == expected => {
                stored.bytes = value.to_vec();
                true
            }
            _ => false,
        }))
    }

    async fn acquire(&self, bucket: &str, rate: Rate, cost: u32) -> Result<Decision, TransientError> {
        let now = self.clock.now_ms();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = buckets.get(bucket).copied();
        if stored.is_none() && buckets.len() >= self.max_entries {
            // A bucket whose time has passed is full again, which is what having none means.
            buckets.retain(|_name, time| *time > now);
            if buckets.len() >= self.max_entries {
                return Err(TransientError::Full { limit: self.max_entries });
            }
        }
        let (decision, next) = decide(rate, cost, stored.unwrap_or(0), now);
        if decision == Decision::Allowed {
            buckets.insert(bucket.to_owned(), next);
        }
        Ok(decision)
    }

    fn subscribe(&self, topic: Topic) -> watch::Receiver<u64> {
        self.topics.subscribe(topic)
    }

    async fn wake(&self, topic: Topic) {
        self.topics.wake(topic);
    }

    async fn check(&self) -> Result<(), TransientError> {
        Ok(())
    }
}
