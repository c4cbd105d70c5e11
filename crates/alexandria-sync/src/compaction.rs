//! When a snapshot is made or loaded, and which records are deleted because of one.
//!
//! The server has the two newest snapshots and deletes what the older one covers; so does a device, one snapshot later than
//! it could, so that a server restored from a backup still gets back what it lost since.

use std::collections::BTreeMap;

use alexandria_domain::DeviceId;

use crate::alarm::Alarm;
use crate::crypto::{RecordCrypto, SealFault};
use crate::exchange::Request;
use crate::io::Output;
use crate::payload::WireOp;
use crate::persist::Change;
use crate::quarantine::Reason;
use crate::record::Head;
use crate::snapshot::{self, ReceivedSnapshot, SealedSnapshot, SignedClaim, SnapshotClaim};
use crate::state::{Collecting, InFlight, State};

/// Whether a snapshot is due: there is much, all of it is here and on the server, and all of it could be read.
pub(crate) fn is_due(state: &State) -> bool {
    let stored = &state.stored;
    let since = |device: &DeviceId, seq: u64| stored.covered.get(device).is_none_or(|head| seq > head.seq);
    let new = stored.records.iter().filter(|((device, seq), _)| since(device, *seq));
    let (records, bytes) = new.fold((0, 0), |(count, bytes), (_, record)| (count + 1, bytes + record.bytes.len()));
    let is_much = records >= state.snapshot_limits.records || bytes >= state.snapshot_limits.bytes;
    let is_complete = stored.heads.iter().all(|(device, head)| stored.log_head(*device) == head.seq);
    is_much && state.caught_up && is_complete && is_readable(state)
}

/// Nothing is in quarantine that could be read later: a snapshot would pass it.
fn is_readable(state: &State) -> bool {
    let is_final = |reason: &Reason| matches!(reason, Reason::Payload(_) | Reason::StampBeyondRecord(_));
    state.stored.quarantine.values().all(|entry| is_final(&entry.reason))
}

/// The newest snapshot on the server. If it covers much of what is new here, no other is needed; else all ops of the
/// library are collected.
///
/// # Errors
/// If its signature is wrong.
pub(crate) fn compare(
    state: &mut State,
    crypto: &dyn RecordCrypto,
    newest: Option<&SignedClaim>,
    outputs: &mut Vec<Output>,
) -> Result<(), Alarm> {
    if let Some(signed) = newest {
        if !is_signed(state, crypto, signed)? {
            return Ok(());
        }
        let total = |heads: &BTreeMap<DeviceId, Head>| heads.values().map(|head| head.seq).sum::<u64>();
        let is_here = signed.claim.covered.iter().all(|(device, head)| state.stored.head(*device).seq >= head.seq);
        let covered = total(&signed.claim.covered).saturating_sub(total(&state.stored.covered));
        if is_here && covered.saturating_mul(2) >= u64::try_from(state.snapshot_limits.records).unwrap_or(u64::MAX) {
            state.commit(vec![Change::Covered(signed.claim.covered.clone())], outputs);
            return Ok(());
        }
    }
    if is_due(state) && state.collecting.is_none() {
        state.collecting = Some(Collecting::Snapshot(state.stored.heads.clone()));
        outputs.push(Output::CollectOps);
    }
    Ok(())
}

/// All ops of the library: they are sealed and sent.
///
/// # Errors
/// If sealing fails.
pub(crate) fn collected(
    state: &mut State,
    crypto: &dyn RecordCrypto,
    covered: BTreeMap<DeviceId, Head>,
    ops: &[WireOp],
    outputs: &mut Vec<Output>,
) -> Result<(), SealFault> {
    if state.stored.alarm.is_some() || state.audit_due {
        return Ok(());
    }
    let plain = snapshot::encode(&covered, ops).map_err(|error| SealFault(error.to_string()))?;
    let claim = SnapshotClaim {
        account: state.stored.account,
        id: state.entropy.id(),
        device: state.stored.device,
        epoch: crypto.epoch(),
        covered,
    };
    let sealed = crypto.seal_snapshot(claim, &plain)?;
    let covered = sealed.signed.claim.covered.clone();
    state.send(Request::PutSnapshot(Box::new(sealed)), InFlight::PutSnapshot(covered), outputs);
    Ok(())
}

/// The snapshot that the server sent in place of records that it no longer has.
///
/// # Errors
/// If it is not what a device of this account made.
pub(crate) fn load(
    state: &mut State,
    crypto: &dyn RecordCrypto,
    received: &ReceivedSnapshot,
    outputs: &mut Vec<Output>,
) -> Result<(), Alarm> {
    let SealedSnapshot { signed, .. } = &received.sealed;
    if !is_signed(state, crypto, signed)? {
        return Ok(());
    }
    for (device, head) in &signed.claim.covered {
        let known = state.stored.head(*device);
        let stored = state.stored.records.get(&(*device, head.seq)).map(|record| record.hash);
        let here = if known.seq == head.seq { Some(known.hash) } else { stored };
        if here.is_some_and(|hash| hash != head.hash) {
            return Err(Alarm::Fork { device: *device, seq: head.seq });
        }
        if *device == state.stored.device && head.seq > known.seq {
            return Err(Alarm::OwnChainAhead { seq: head.seq });
        }
    }
    let plain = crypto.open_snapshot(&received.sealed).map_err(|_| Alarm::BadSnapshot)?;
    let (covered, ops) = snapshot::decode(&plain).map_err(|_| Alarm::BadSnapshot)?;
    if covered != signed.claim.covered {
        return Err(Alarm::BadSnapshot);
    }
    let newest = ops.iter().map(|op| op.stamp).filter(|stamp| state.clock.accepts(*stamp, state.now_ms)).max();
    let held: Vec<Change> = covered.iter().map(|(device, head)| Change::LogHead(*device, head.seq)).collect();
    let mut changes = vec![Change::Apply(ops), Change::Passed(covered.clone()), Change::Covered(covered)];
    changes.extend(held);
    changes.push(Change::Cursor(received.next));
    state.commit(changes, outputs);
    outputs.extend(newest.map(Output::Observe));
    state.compacted = false;
    state.pull_due = true;
    Ok(())
}

/// Whether a device signed the claim; `false` if that is not known before the list of devices is read again.
fn is_signed(state: &mut State, crypto: &dyn RecordCrypto, signed: &SignedClaim) -> Result<bool, Alarm> {
    let claim = &signed.claim;
    if claim.account != state.stored.account {
        return Err(Alarm::ForeignAccount);
    }
    let Some(device) = state.stored.registry.get(claim.device) else {
        return if state.unknown.insert(claim.device) {
            state.devices_due = true;
            Ok(false)
        } else {
            Err(Alarm::UnknownDevice(claim.device))
        };
    };
    // A revoked device may have made it before, but not with records that it wrote later.
    let last = device.revoked_after.map_or(u64::MAX, |last| last.seq);
    let own = claim.covered.get(&claim.device).map_or(0, |head| head.seq);
    if own > last || !crypto.verify_claim(signed, &device.key) {
        return Err(Alarm::BadSnapshot);
    }
    Ok(true)
}
