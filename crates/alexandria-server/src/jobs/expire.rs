//! What ends by itself: sessions, enrolments, audit events, unfinished and deleted blobs.

use std::time::Duration;

use alexandria_protocol::limits::{BLOB_RETENTION, UNFINISHED_BLOB_RETENTION};

use super::background::{Background, JobError, PassReport};

/// How long events of an account are kept.
pub const AUDIT_RETENTION: Duration = Duration::from_hours(400 * 24);
/// Rows removed by one call of the store.
const ROWS_AT_ONCE: u32 = 500;

pub(super) async fn run(background: &Background, report: &mut PassReport) -> Result<(), JobError> {
    let (store, now) = (&background.store, background.now());
    loop {
        let removed = store.expire_sessions(now, ROWS_AT_ONCE).await?
            + store.expire_enrolments(now, ROWS_AT_ONCE).await?
            + store.expire_audit_events(now.minus(AUDIT_RETENTION), ROWS_AT_ONCE).await?;
        report.expired_rows += removed;
        if removed == 0 {
            break;
        }
    }
    let (unfinished, deleted) = (now.minus(UNFINISHED_BLOB_RETENTION), now.minus(BLOB_RETENTION));
    loop {
        let dropped = store.expire_blobs(unfinished, deleted, ROWS_AT_ONCE, now).await?;
        report.expired_blobs += dropped;
        if dropped == 0 {
            return Ok(());
        }
    }
}
