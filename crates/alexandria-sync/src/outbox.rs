//! Sealing: ops of the outbox become records, once. A record is stored before it is first sent, and is sent again in the
//! same bytes until the log holds it.

use alexandria_domain::{Hlc, OpId};

use crate::crypto::{RecordCrypto, SealFault};
use crate::io::Output;
use crate::payload::{MAX_OP_BYTES, PayloadWriter, WireOp};
use crate::persist::Change;
use crate::record::Header;
use crate::state::State;

/// How long ops that may wait are collected, in milliseconds.
pub(crate) const MAX_WAIT_MS: u64 = 60_000;

/// Most records that are sealed in one step. The rest follows when these are sent.
const MAX_SEALED: usize = 8;

/// Whether there are ops to seal now.
pub(crate) fn is_due(state: &State, now_ms: u64) -> bool {
    // Without the server's time no stamp can be judged.
    !state.stored.outbox.is_empty()
        && state.clock.server_ms(now_ms).is_some()
        && state.flush_at_ms.is_none_or(|at| at <= now_ms || at > now_ms + MAX_WAIT_MS)
}

/// Seals ops of the outbox, and asks for new stamps for those that are stamped in the server's future.
///
/// # Errors
/// If sealing fails. What was sealed before that stays.
pub(crate) fn seal(
    state: &mut State,
    crypto: &dyn RecordCrypto,
    now_ms: u64,
    outputs: &mut Vec<Output>,
) -> Result<(), SealFault> {
    // What is being stamped again is sealed when it comes back: not with a stamp that the library no longer has.
    let ops = state.stored.outbox.values().filter(|op| !state.restamping.contains(&op.id));
    let (ready, future): (Vec<WireOp>, Vec<WireOp>) =
        ops.cloned().partition(|op| state.clock.accepts(op.stamp, now_ms));
    restamp(state, &future, outputs);
    // An op that no record can hold stays in the outbox and does not hold up the others.
    let mut ready = ready.into_iter().filter(|op| op.as_bytes().len() <= MAX_OP_BYTES).peekable();
    for _ in 0..MAX_SEALED {
        if ready.peek().is_none() {
            break;
        }
        let mut writer = PayloadWriter::default();
        let (mut ops, mut stamp): (Vec<OpId>, Hlc) = (Vec::new(), last_stamp(state));
        while let Some(op) = ready.next_if(|op| writer.push(op)) {
            ops.push(op.id);
            stamp = stamp.max(op.stamp);
        }
        let head = state.stored.head(state.stored.device);
        let header = Header {
            account: state.stored.account,
            device: state.stored.device,
            seq: head.seq + 1,
            epoch: crypto.epoch(),
            prev: head.hash,
            stamp,
        };
        let record = crypto.seal(&header, &writer.finish())?;
        state.commit(vec![Change::Seal { record, ops }], outputs);
    }
    if ready.peek().is_none() {
        state.flush_at_ms = None;
    }
    Ok(())
}

/// The stamp of the last record of this device, which is not earlier than that of any op it ever sent.
fn last_stamp(state: &State) -> Hlc {
    let own = state.stored.device;
    let last = state.stored.records.get(&(own, state.stored.head(own).seq));
    last.map_or_else(Hlc::default, |record| record.header.stamp)
}

fn restamp(state: &mut State, future: &[WireOp], outputs: &mut Vec<Output>) {
    let ids: Vec<OpId> = future.iter().map(|op| op.id).filter(|id| state.restamping.insert(*id)).collect();
    if !ids.is_empty() {
        outputs.push(Output::Restamp { ops: ids, after: last_stamp(state) });
    }
}
