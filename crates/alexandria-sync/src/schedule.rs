//! What is sent when. Decided again after each step, from the state alone: no request depends on an event that a crash or a
//! lost answer could swallow.

use crate::audit;
use crate::compaction;
use crate::crypto::RecordCrypto;
use crate::exchange::Request;
use crate::io::Output;
use crate::outbox;
use crate::push;
use crate::reissue;
use crate::retry;
use crate::state::{Collecting, InFlight, State};
use crate::status::{Status, WaitingFor};

/// How long the server may hold a poll, in milliseconds, before jitter.
const POLL_MS: u64 = 45_000;
/// How often to look whether a snapshot is due, in milliseconds.
const SNAPSHOT_CHECK_MS: u64 = 30_000;
/// Range of the jitter of a poll, in milliseconds.
const POLL_JITTER_MS: u64 = 5_000;

/// Sends what is due, and shows the status and the next time to wake at, if they changed.
pub(crate) fn drive(state: &mut State, crypto: &dyn RecordCrypto, now_ms: u64, outputs: &mut Vec<Output>) {
    if state.broken {
        match state.backoff.until(now_ms) {
            Some(_) => {}
            None => outputs.push(Output::Reload),
        }
    } else if may_send(state) && state.backoff.until(now_ms).is_none() {
        retry::retry(state, crypto, now_ms, outputs);
        requests(state, crypto, now_ms, outputs);
    }
    show(state, now_ms, outputs);
}

const fn may_send(state: &State) -> bool {
    state.allowance.requests && state.stored.alarm.is_none()
}

fn requests(state: &mut State, crypto: &dyn RecordCrypto, now_ms: u64, outputs: &mut Vec<Output>) {
    if state.devices_due {
        if !state.is_in_flight(|kind| matches!(kind, InFlight::Devices)) {
            state.send(Request::Devices, InFlight::Devices, outputs);
        }
        return;
    }
    // Before anything else the log is compared with what it held: nothing is sent to a server that lost data or lies.
    let audit_due = state.audit_due || now_ms >= state.next_audit_ms;
    if audit_due && !state.is_in_flight(|kind| matches!(kind, InFlight::Heads(_))) {
        let baseline = state.stored.log_heads.clone();
        state.send(Request::Heads, InFlight::Heads(baseline), outputs);
    }
    if state.audit_due {
        return;
    }
    if !state.is_in_flight(|kind| matches!(kind, InFlight::Push(..))) {
        if state.chains_to_send().next().is_none() && outbox::is_due(state, now_ms) {
            // Sealing fails only if the system gives no random bytes; the ops stay in the outbox until the next step.
            if let Err(fault) = outbox::seal(state, crypto, now_ms, outputs) {
                tracing::warn!(%fault, "cannot seal");
            }
        }
        push::send(state, outputs);
    }
    if state.collecting.is_none() && reissue::is_due(state) {
        state.collecting = Some(Collecting::Reissue);
        outputs.push(Output::CollectOps);
    }
    snapshot(state, now_ms, outputs);
    let after = state.stored.cursor;
    if state.compacted {
        if !state.is_in_flight(|kind| matches!(kind, InFlight::Snapshot)) {
            state.send(Request::Snapshot, InFlight::Snapshot, outputs);
        }
    } else if state.pull_due || after.is_none() {
        if !state.is_in_flight(|kind| matches!(kind, InFlight::Pull)) && may_send(state) {
            state.send(Request::Pull { after }, InFlight::Pull, outputs);
        }
    } else if let Some(after) = after
        && !state.is_in_flight(|kind| matches!(kind, InFlight::Poll))
        && may_send(state)
    {
        let wait_ms = POLL_MS + state.entropy.below(POLL_JITTER_MS);
        state.send(Request::Poll { after, wait_ms }, InFlight::Poll, outputs);
    }
}

/// Looks whether a snapshot is due; not after every step, because it looks at all records.
fn snapshot(state: &mut State, now_ms: u64, outputs: &mut Vec<Output>) {
    let is_busy = |kind: &InFlight| matches!(kind, InFlight::SnapshotClaim | InFlight::PutSnapshot(_));
    if now_ms < state.next_snapshot_ms || state.collecting.is_some() || state.is_in_flight(is_busy) {
        return;
    }
    state.next_snapshot_ms = now_ms.saturating_add(SNAPSHOT_CHECK_MS);
    if compaction::is_due(state) {
        state.send(Request::SnapshotClaim, InFlight::SnapshotClaim, outputs);
    }
}

fn show(state: &mut State, now_ms: u64, outputs: &mut Vec<Output>) {
    let status = status(state, now_ms);
    if state.shown.0 != Some(status) {
        state.shown.0 = Some(status);
        outputs.push(Output::Status(status));
    }
    let wake_at = wake_at(state, now_ms);
    if state.shown.1 != wake_at {
        state.shown.1 = wake_at;
        outputs.extend(wake_at.map(Output::WakeAt));
    }
}

fn status(state: &State, now_ms: u64) -> Status {
    if let Some(alarm) = state.stored.alarm {
        return Status::NeedsReader(alarm);
    }
    if state.broken {
        return Status::Waiting(WaitingFor::Disk);
    }
    if !state.allowance.requests {
        return Status::Waiting(WaitingFor::Permission);
    }
    if state.backoff.is_failing() {
        return Status::Waiting(state.waiting_for);
    }
    let future = state.stored.outbox.values().filter(|op| !state.clock.accepts(op.stamp, now_ms)).count();
    let own = state.stored.device;
    let sealed = state.stored.head(own).seq.saturating_sub(state.stored.log_head(own));
    let to_send = state.stored.outbox.len() + usize::try_from(sealed).unwrap_or(usize::MAX);
    if to_send == 0 && state.caught_up && !state.audit_due {
        Status::InStep
    } else if to_send > 0 && future == to_send && state.clock.server_ms(now_ms).is_some() {
        Status::Waiting(WaitingFor::Clock)
    } else {
        Status::Working { to_send, fetching: !state.caught_up }
    }
}

fn wake_at(state: &State, now_ms: u64) -> Option<u64> {
    if let Some(until) = state.backoff.until(now_ms) {
        return Some(until);
    }
    if !may_send(state) {
        return None;
    }
    let audit = Some(state.next_audit_ms).filter(|at| *at > now_ms && *at <= now_ms + audit::INTERVAL_MS);
    let flush = state.flush_at_ms.filter(|_| !state.stored.outbox.is_empty());
    [audit, flush, retry::next_ms(state, now_ms)].into_iter().flatten().min()
}
