//! Records of a revoked device that only this device still has: the server was restored to before it received them, and the
//! device was revoked before they were sent again. Its chain has ended earlier now, so they cannot be sent as they are; the
//! ops inside are sent in records of this device. Otherwise the others would never get what this one has applied.

use alexandria_domain::DeviceId;

use crate::alarm::Alarm;
use crate::crypto::RecordCrypto;
use crate::io::Output;
use crate::payload::{self, WireOp};
use crate::persist::Change;
use crate::record::{Head, Record};
use crate::state::State;

/// Whether there are records after the end of their chain.
pub(crate) fn is_due(state: &State) -> bool {
    beyond(state).next().is_some()
}

/// Sends the ops of such records again. `library` are all ops there are: a snapshot may have brought what the records did.
///
/// # Errors
/// If the end of a chain is not the record that is here.
pub(crate) fn collected(
    state: &mut State,
    crypto: &dyn RecordCrypto,
    library: &[WireOp],
    outputs: &mut Vec<Output>,
) -> Result<(), Alarm> {
    let chains: Vec<(DeviceId, Head)> = beyond(state).collect();
    for (device, last) in chains {
        let stored = &state.stored;
        if stored.records.get(&(device, last.seq)).is_some_and(|record| record.hash != last.hash) {
            return Err(Alarm::Fork { device, seq: last.seq });
        }
        let records = (last.seq + 1..=stored.head(device).seq).map(|seq| stored.records.get(&(device, seq)));
        let ops = match records.collect::<Option<Vec<&Record>>>() {
            Some(records) => records.into_iter().flat_map(|record| ops(record, crypto)).collect(),
            // Which of the library's ops they were is not known any more. This is rare, and what is sent twice does no harm.
            None => library.iter().filter(|op| op.author != stored.device).cloned().collect(),
        };
        state.commit(vec![Change::Reissue { device, last, ops }], outputs);
    }
    Ok(())
}

/// The revoked devices of which there are records after the end of their chain, and that end.
fn beyond(state: &State) -> impl Iterator<Item = (DeviceId, Head)> {
    let ends = state.stored.registry.iter().filter_map(|(id, device)| Some((*id, device.revoked_after?)));
    ends.filter(|(id, last)| state.stored.head(*id).seq > last.seq)
}

/// The ops of a record; none if it does not open, or not yet: it is in quarantine then, and was not applied.
fn ops(record: &Record, crypto: &dyn RecordCrypto) -> Vec<WireOp> {
    crypto.open(record).ok().and_then(|payload| payload::read(&payload).ok()).unwrap_or_default()
}
