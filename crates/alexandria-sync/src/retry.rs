//! Trying records in quarantine again.

use crate::crypto::RecordCrypto;
use crate::io::Output;
use crate::persist::Change;
use crate::pull;
use crate::quarantine::{Quarantined, Reason};
use crate::server_clock::MAX_AHEAD_MS;
use crate::state::State;

/// Tries those again whose time has come; all of them if keys were added or the version may be another one.
pub(crate) fn retry(state: &mut State, crypto: &dyn RecordCrypto, now_ms: u64, outputs: &mut Vec<Output>) {
    if state.clock.server_ms(now_ms).is_none() {
        return;
    }
    let all = std::mem::take(&mut state.retry_due);
    let is_due = |entry: &&Quarantined| all || entry.reason == Reason::FutureStamp;
    let due: Vec<Quarantined> = state.stored.quarantine.values().filter(is_due).cloned().collect();
    for Quarantined { record, reason } in due {
        let (device, seq) = (record.header.device, record.header.seq);
        match pull::open(&record, crypto, &state.clock, now_ms) {
            Ok(ops) => {
                let newest = ops.iter().map(|op| op.stamp).max();
                state.commit(vec![Change::Release(device, seq), Change::Apply(ops)], outputs);
                outputs.extend(newest.map(Output::Observe));
            }
            Err(now) if now != reason => {
                state.commit(vec![Change::Quarantine(Quarantined { record, reason: now })], outputs);
            }
            Err(_) => {}
        }
    }
}

/// When the next record's time comes, in milliseconds of the monotonic clock.
pub(crate) fn next_ms(state: &State, now_ms: u64) -> Option<u64> {
    let server = state.clock.server_ms(now_ms)?;
    let future = state.stored.quarantine.values().filter(|entry| entry.reason == Reason::FutureStamp);
    let stamp = future.map(|entry| entry.record.header.stamp.millis()).min()?;
    Some(now_ms.saturating_add(stamp.saturating_sub(MAX_AHEAD_MS).saturating_sub(server)))
}
