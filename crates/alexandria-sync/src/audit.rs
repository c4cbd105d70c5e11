//! The audit: does the log still hold what it held? A server that was rolled back, or that shows two devices two histories,
//! is noticed; one that says itself that it was restored from a backup is given back what it lost.

use std::collections::BTreeMap;

use alexandria_domain::DeviceId;

use crate::alarm::Alarm;
use crate::exchange::LogHeads;
use crate::io::{Notice, Output};
use crate::persist::Change;
use crate::record::Head;
use crate::state::State;

/// How often the log is audited, in milliseconds.
pub(crate) const INTERVAL_MS: u64 = 60 * 60 * 1000;

/// Compares the ends of all chains with `baseline`, what the log was known to hold when they were asked for.
///
/// # Errors
/// What they contradict.
pub(crate) fn compare(
    state: &mut State,
    baseline: &BTreeMap<DeviceId, u64>,
    answer: &LogHeads,
    outputs: &mut Vec<Output>,
) -> Result<(), Alarm> {
    if state.stored.log.is_some_and(|log| log != answer.log) {
        state.forget_log(outputs);
        return Ok(());
    }
    let has = |device: &DeviceId| answer.heads.get(device).copied().unwrap_or(Head::EMPTY);
    for (device, had) in baseline {
        let has = has(device).seq;
        if has < *had {
            return Err(Alarm::RolledBack { device: *device, had: *had, has });
        }
    }
    let own = state.stored.device;
    let mut changes = if state.stored.log.is_none() { vec![Change::Log(answer.log)] } else { Vec::new() };
    for (device, head) in &answer.heads {
        let known = state.stored.head(*device);
        if *device == own && head.seq > known.seq {
            return Err(Alarm::OwnChainAhead { seq: head.seq });
        }
        let stored = if head.seq == known.seq {
            Some(known.hash)
        } else {
            state.stored.records.get(&(*device, head.seq)).map(|record| record.hash)
        };
        if stored.is_some_and(|hash| hash != head.hash) {
            return Err(Alarm::Fork { device: *device, seq: head.seq });
        }
        if head.seq > known.seq {
            state.pull_due = true;
        } else if head.seq > state.stored.log_head(*device) {
            changes.push(Change::LogHead(*device, head.seq));
        }
    }
    // A snapshot covered records of this device, which it deleted, and the server lost those and the snapshot.
    let next = has(&own).seq + 1;
    if state.stored.head(own).seq >= next && !state.stored.records.contains_key(&(own, next)) {
        return Err(Alarm::Gap { device: own, seq: next });
    }
    // What the server lacks was perhaps written by a device that was revoked meanwhile.
    let is_open = |device: &DeviceId| state.stored.registry.get(*device).is_some_and(|it| it.revoked_after.is_none());
    let lacks = |(device, head): (&DeviceId, &Head)| has(device).seq < head.seq && *device != own && is_open(device);
    state.devices_due |= state.stored.heads.iter().any(lacks);
    state.commit(changes, outputs);
    state.audit_due = false;
    report_losses(state, outputs);
    Ok(())
}

/// Says how much the server lost of what it confirmed or sent before. Own records that were never sent are no loss.
fn report_losses(state: &State, outputs: &mut Vec<Output>) {
    let own = state.stored.device;
    let others = state.chains_to_send().filter(|device| *device != own);
    let lacks = |device: DeviceId| state.stored.head(device).seq - state.stored.log_head(device);
    let records: u64 = others.map(lacks).sum();
    if records > 0 {
        outputs.push(Output::Notice(Notice::ServerRestored { records }));
    }
}
