//! Waiting for something to happen, in a request. A wait ends with what was waited for, with nothing when its time is over, and
//! at once when the server stops. While it waits it holds no connection to the database.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::limits::MAX_WAIT_SECONDS;
use tokio::time::Instant;

use super::problem::ApiError;
use crate::shutdown::Shutdown;
use crate::transient::{RE_READ_INTERVAL, Topic, Transient};

/// The longest wait.
pub const MAX_WAIT: Duration = Duration::from_secs(MAX_WAIT_SECONDS as u64);

// nginx gives up after 60 seconds, and needs some time itself.
const _: () = assert!(MAX_WAIT_SECONDS <= 55);

/// How many requests of a device may wait at once.
pub const MAX_POLLS_PER_DEVICE: u32 = 4;

/// Counts the waiting requests of each device, in this process.
#[derive(Debug, Clone, Default)]
pub struct PollSlots(Arc<Mutex<HashMap<(AccountId, DeviceId), u32>>>);

/// The place of a waiting request, given back when it is dropped.
#[derive(Debug)]
pub struct PollSlot {
    slots: PollSlots,
    key: (AccountId, DeviceId),
}

impl PollSlots {
    /// Takes a place.
    ///
    /// # Errors
    /// If the device has [`MAX_POLLS_PER_DEVICE`] already.
    pub fn take(&self, account: AccountId, device: DeviceId) -> Result<PollSlot, ApiError> {
        let key = (account, device);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        if *count >= MAX_POLLS_PER_DEVICE {
            return Err(ApiError::rate_limited(1000));
        }
        *count += 1;
        metrics::gauge!("alexandria_long_polls").increment(1);
        Ok(PollSlot { slots: self.clone(), key })
    }
}

impl Drop for PollSlot {
    fn drop(&mut self) {
        let mut counts = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
        metrics::gauge!("alexandria_long_polls").decrement(1);
    }
}

/// Calls `read` until it finds something, after each wake-up of `topic` and from time to time. Nothing is found when `wait`
/// (at most [`MAX_WAIT`]) is over or the server stops.
///
/// # Errors
/// As `read`.
pub async fn poll<T, F>(
    transient: &dyn Transient,
    shutdown: &Shutdown,
    topic: Topic,
    wait: Duration,
    mut read: impl FnMut() -> F + Send,
) -> Result<Option<T>, ApiError>
where
    F: Future<Output = Result<Option<T>, ApiError>> + Send,
    T: Send,
{
    let deadline = Instant::now() + wait.min(MAX_WAIT);
    // Before the first read, so that nothing that happens after it is missed.
    let mut wake_ups = transient.subscribe(topic);
    loop {
        if let Some(answer) = read().await? {
            return Ok(Some(answer));
        }
        tokio::select! {
            () = shutdown.wait() => return Ok(None),
            () = tokio::time::sleep_until(deadline) => return Ok(None),
            () = tokio::time::sleep(RE_READ_INTERVAL) => {}
            changed = wake_ups.changed() => if changed.is_err() {
                // The sender is gone: only the re-reads are left.
                wake_ups = transient.subscribe(topic);
            }
        }
    }
}
