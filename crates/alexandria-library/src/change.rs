//! Making ops: the only way in which a reader's changes reach the store.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use alexandria_crypto::random::{self, RandomError};
use alexandria_domain::{Clock, ClockError, CodedError, DeviceId, Entity, ErrorCode, Field, Hlc, Op, OpId, Value};
use alexandria_store::{Store, StoreError};
use tokio::sync::Notify;

/// Why a change cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The operating system gives no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The change cannot be dated.
    #[error(transparent)]
    Clock(#[from] ClockError),
}

impl CodedError for ChangeError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Io
    }
}

/// A wall clock that shows an earlier time is wrong: this program was written later (2026-09-21).
const EARLIEST_NOW_MS: u64 = 1_790_000_000_000;

/// Stamps this device's ops.
#[derive(Debug)]
pub(crate) struct Changes {
    device: DeviceId,
    clock: Mutex<Clock>,
    /// When this process began to make changes: the zero of the monotonic clock that sync counts on.
    started: Instant,
    /// How far a sync server's time is ahead of that clock, in milliseconds; 0 while none was asked. Then changes are dated
    /// by it, so that a wrong wall clock does not matter.
    server_offset_ms: AtomicI64,
    /// Woken at each change.
    made: Notify,
}

impl Changes {
    /// For ops of `device`, later than `newest`, the newest stamp in the library.
    pub(crate) fn new(device: DeviceId, newest: Hlc) -> Self {
        Self {
            device,
            clock: Mutex::new(after(newest)),
            started: Instant::now(),
            server_offset_ms: AtomicI64::new(0),
            made: Notify::new(),
        }
    }

    /// The op that sets `field` of `entity` to `value`, now and here.
    pub(crate) fn op(&self, entity: Entity, field: Field, value: Value) -> Result<Op, ChangeError> {
        let now = self.now_ms();
        let stamp = {
            let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
            // A wall clock that is certainly slow measures nothing; the order of changes is kept all the same.
            let wall_ms = if now < EARLIEST_NOW_MS { clock.newest().millis() } else { now };
            clock.tick(wall_ms)?
        };
        self.made.notify_one();
        let id = uuid::Builder::from_unix_timestamp_millis(now, &random::bytes()?).into_uuid();
        let (id, owner) = (OpId::from_bytes(id.into_bytes()), entity.owner());
        Ok(Op { id, owner, entity, field, value, stamp, device: self.device })
    }

    /// Gives ops that a fast clock dated into the future a stamp of now, because no later op could be made after them.
    /// Returns how many there were. Changes nothing if the wall clock is certainly slow. Run when a library is opened, so
    /// that a clock that was wrong once does not stop the reader.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn restamp_future_ops(&self, store: &Store) -> Result<usize, StoreError> {
        let now = now_millis();
        if now < EARLIEST_NOW_MS {
            return Ok(0);
        }
        // No op is made meanwhile.
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if clock.newest().millis() <= now.saturating_add(Clock::MAX_AHEAD_MS) {
            return Ok(0);
        }
        let restamped = store.restamp_future_ops(now)?;
        if restamped > 0 {
            *clock = after(store.last_stamp()?);
        }
        Ok(restamped)
    }

    /// Stamps for `count` changes that are dated again: later than `after`, at the present time.
    ///
    /// # Errors
    /// When they cannot be dated.
    pub(crate) fn stamps(&self, count: usize, after: Hlc) -> Result<Vec<Hlc>, ClockError> {
        let now = self.now_ms();
        // The clock of changes may have observed the stamps that are to be replaced, so it does not decide.
        let mut clock = Clock::default();
        clock.observe(after);
        (0..count).map(|_| clock.tick(now)).collect()
    }

    /// Notes a stamp of another device: later changes here are later than it.
    pub(crate) fn observe(&self, seen: Hlc) {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).observe(seen);
    }

    /// Dates changes by the server's time, which is `offset_ms` ahead of the monotonic clock.
    pub(crate) fn follow_server(&self, offset_ms: i64) {
        self.server_offset_ms.store(offset_ms, Ordering::Release);
    }

    /// What the monotonic clock shows, in milliseconds.
    pub(crate) fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits for a change that is made from now on, or was made since the last wait.
    pub(crate) async fn made(&self) {
        self.made.notified().await;
    }

    /// The present time in milliseconds since 1970: the server's, if it is known.
    fn now_ms(&self) -> u64 {
        match self.server_offset_ms.load(Ordering::Acquire) {
            0 => now_millis(),
            offset => self.monotonic_ms().saturating_add_signed(offset),
        }
    }

    /// The device ops are made on.
    pub(crate) const fn device(&self) -> DeviceId {
        self.device
    }
}

/// A clock whose next stamp is later than `newest`.
fn after(newest: Hlc) -> Clock {
    let mut clock = Clock::default();
    clock.observe(newest);
    clock
}

/// Wall time in milliseconds since 1970; 0 if the clock is set before that.
pub(crate) fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use alexandria_crypto::keys::DatabaseKey;
    use alexandria_domain::PublicationId;

    use super::*;

    #[test]
    fn ops_dated_in_the_future_prevent_later_ones_until_they_are_restamped() {
        let folder = tempfile::TempDir::new().unwrap();
        let store = Store::open(folder.path(), &DatabaseKey::generate().unwrap()).unwrap();
        let device = DeviceId::from_bytes([1; 16]);
        let setting = |changes: &Changes, text: &str| {
            changes.op(Entity::Settings, Field::Setting("theme".into()), Value::Text(text.into()))
        };
        let year_2200 = Hlc::from_millis(7_258_118_400_000);
        let changes = Changes::new(device, Hlc::default());
        store.apply(&[Op { stamp: year_2200, ..setting(&changes, "dark").unwrap() }]).unwrap();
        let changes = Changes::new(device, store.last_stamp().unwrap());
        let refusal = setting(&changes, "light").unwrap_err();
        assert!(matches!(refusal, ChangeError::Clock(ClockError::Ahead { .. })), "{refusal}");
        assert_eq!(changes.restamp_future_ops(&store).unwrap(), 1);
        assert_eq!(store.settings().unwrap(), [("theme".to_owned(), Value::Text("dark".into()))]);
        store.apply(&[setting(&changes, "light").unwrap()]).unwrap();
        assert_eq!(store.settings().unwrap(), [("theme".to_owned(), Value::Text("light".into()))]);
    }

    #[test]
    fn clock_before_the_program_was_written_does_not_stop_changes() {
        let newest = Hlc::from_millis(EARLIEST_NOW_MS + 365 * 24 * 60 * 60 * 1000);
        let mut clock = after(newest);
        assert!(clock.tick(EARLIEST_NOW_MS - 1).is_err(), "the bound alone would");
        assert!(clock.tick(clock.newest().millis()).is_ok_and(|stamp| stamp > newest));
    }

    #[test]
    fn ops_name_the_publication_that_owns_them() {
        let changes = Changes::new(DeviceId::from_bytes([1; 16]), Hlc::default());
        let owner = |entity: Entity| changes.op(entity, Field::Title, Value::None).unwrap().owner;
        let id = PublicationId::from_bytes([2; 16]);
        assert_eq!((owner(Entity::Publication(id)), owner(Entity::Settings)), (Some(id), None));
    }
}
