//! Making ops: the only way in which a reader's changes reach the store.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use alexandria_crypto::random::{self, RandomError};
use alexandria_domain::{Clock, DeviceId, Entity, Field, Hlc, Op, OpId, Value};

/// Stamps this device's ops.
#[derive(Debug)]
pub(crate) struct Changes {
    device: DeviceId,
    clock: Mutex<Clock>,
}

impl Changes {
    /// Continues after the newest stamp the library holds.
    pub(crate) fn after(last: Hlc, device: DeviceId) -> Self {
        Self { device, clock: Mutex::new(Clock::after(last)) }
    }

    /// The op that sets `field` of `entity` to `value`, now and here.
    pub(crate) fn op(&self, entity: Entity, field: Field, value: Value) -> Result<Op, RandomError> {
        let now = now_millis();
        let stamp = self.clock.lock().unwrap_or_else(PoisonError::into_inner).tick(now);
        let id = uuid::Builder::from_unix_timestamp_millis(now, &random::bytes()?).into_uuid();
        Ok(Op { id: OpId::from_bytes(id.into_bytes()), entity, field, value, stamp, device: self.device })
    }

    /// The device ops are made on.
    pub(crate) const fn device(&self) -> DeviceId {
        self.device
    }
}

/// Wall time in milliseconds since 1970; 0 if the clock stands before that.
pub(crate) fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
