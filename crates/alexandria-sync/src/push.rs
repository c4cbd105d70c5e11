//! Sending records: those of this device that the log does not hold yet, and, after the server was restored from a backup,
//! those of others that it lost. One chain and one request at a time.

use alexandria_domain::DeviceId;

use crate::alarm::Alarm;
use crate::exchange::{LogHeads, Request, RequestError};
use crate::io::Output;
use crate::persist::Change;
use crate::record::Head;
use crate::state::{InFlight, State};

/// Most records in one push.
pub(crate) const MAX_RECORDS: usize = 500;
/// Most bytes in one push.
pub(crate) const MAX_BYTES: usize = 1_000_000;

/// Sends the next records, if there are any.
pub(crate) fn send(state: &mut State, outputs: &mut Vec<Output>) {
    let Some(device) = state.chains_to_send().next() else { return };
    let after = state.stored.log_head(device);
    let (mut frames, mut bytes, mut last) = (Vec::new(), 0, None::<Head>);
    for (_, record) in state.stored.records.range((device, after + 1)..=(device, u64::MAX)) {
        let expected = after + 1 + u64::try_from(frames.len()).unwrap_or(u64::MAX);
        bytes += record.bytes.len();
        if record.header.seq != expected || frames.len() == MAX_RECORDS || bytes > MAX_BYTES {
            break;
        }
        frames.push(record.bytes.clone());
        last = Some(record.head());
    }
    if let Some(last) = last {
        state.send(Request::Push { device, frames }, InFlight::Push(device, last), outputs);
    }
}

/// The log holds what was sent.
///
/// # Errors
/// If the server contradicts what it held before or what was sent.
pub(crate) fn accepted(
    state: &mut State,
    device: DeviceId,
    sent: Head,
    answer: &LogHeads,
    outputs: &mut Vec<Output>,
) -> Result<(), Alarm> {
    // The log was replaced meanwhile. What that means, the audit finds out.
    if state.stored.log.is_some_and(|log| log != answer.log) {
        state.audit_due = true;
        return Ok(());
    }
    let has = answer.heads.get(&device).copied().unwrap_or(Head::EMPTY);
    if has.seq < sent.seq {
        return Err(Alarm::RolledBack { device, had: sent.seq, has: has.seq });
    }
    if has.seq == sent.seq && has.hash != sent.hash {
        return Err(Alarm::Fork { device, seq: sent.seq });
    }
    if device == state.stored.device && has.seq > state.stored.head(device).seq {
        return Err(Alarm::OwnChainAhead { seq: has.seq });
    }
    state.commit(vec![Change::LogHead(device, sent.seq)], outputs);
    Ok(())
}

/// The server refused what was sent, in a way that says something about chains.
///
/// # Errors
/// If it has records of this device that this device did not write.
pub(crate) fn refused(state: &mut State, device: DeviceId, error: &RequestError) -> Result<(), Alarm> {
    match error {
        RequestError::Fork { seq } => Err(Alarm::Fork { device, seq: *seq }),
        RequestError::Gap { expected }
            if device == state.stored.device && *expected > state.stored.head(device).seq + 1 =>
        {
            Err(Alarm::OwnChainAhead { seq: expected - 1 })
        }
        // It lacks what it had, or has more than was known: the audit tells which, and whether it says so itself.
        RequestError::Gap { .. } => {
            state.audit_due = true;
            Ok(())
        }
        // The chain of another device was refused: perhaps that was revoked.
        RequestError::Refused(_) if device != state.stored.device => {
            state.devices_due = true;
            Ok(())
        }
        _ => Ok(()),
    }
}
