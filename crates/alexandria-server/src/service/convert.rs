//! What the store and the protocol write differently: cursors, heads and times.

use alexandria_protocol::frame::RecordHash;
use alexandria_protocol::{cursor, frame::chain};

use crate::store;

impl From<cursor::Cursor> for store::Cursor {
    fn from(cursor: cursor::Cursor) -> Self {
        Self { log: cursor.log(), pos: cursor.position() }
    }
}

impl From<store::Cursor> for cursor::Cursor {
    fn from(cursor: store::Cursor) -> Self {
        Self::new(cursor.log, cursor.pos)
    }
}

impl From<store::Head> for chain::Head {
    fn from(head: store::Head) -> Self {
        let store::Head { device, stream, seq, hash } = head;
        Self { device, stream, seq, hash: RecordHash::from_bytes(hash) }
    }
}

impl From<chain::Head> for store::Head {
    fn from(head: chain::Head) -> Self {
        let chain::Head { device, stream, seq, hash } = head;
        Self { device, stream, seq, hash: *hash.as_bytes() }
    }
}

/// Milliseconds as the protocol writes them; nothing is stored from before 1970.
#[must_use]
pub fn millis(time: store::UnixMillis) -> u64 {
    u64::try_from(time.0).unwrap_or(0)
}
