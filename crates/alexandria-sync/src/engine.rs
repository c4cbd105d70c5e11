//! The engine: one step after the other.

use crate::alarm::Alarm;
use crate::audit;
use crate::compaction;
use crate::crypto::RecordCrypto;
use crate::exchange::{Reply, RequestError, RequestId};
use crate::io::{Input, Output, Resolution};
use crate::outbox;
use crate::persist::{Change, Persisted};
use crate::pull;
use crate::push;
use crate::record::Cursor;
use crate::reissue;
use crate::schedule;
use crate::snapshot_limits::SnapshotLimits;
use crate::state::{Collecting, InFlight, State};
use crate::status::WaitingFor;

/// Keeps one device in step with its account.
#[derive(Debug)]
pub struct Engine<C> {
    crypto: C,
    state: State,
}

impl<C: RecordCrypto> Engine<C> {
    /// Loads the engine from what is stored. `seed` is random; request ids and jitter come from it. Step with
    /// [`Input::Start`] next.
    pub fn load(stored: Persisted, crypto: C, seed: [u8; 32]) -> Self {
        Self { crypto, state: State::new(stored, seed) }
    }

    /// Makes snapshots at other limits than the default ones.
    #[must_use]
    pub fn with_snapshot_limits(mut self, limits: SnapshotLimits) -> Self {
        self.state.snapshot_limits = limits;
        self
    }

    /// Takes one input and says what is to be done. `now_ms` is what a monotonic clock shows, in milliseconds since any
    /// moment: not the wall clock, which people set. A clock that goes on while the computer sleeps is best.
    pub fn step(&mut self, now_ms: u64, input: Input) -> Vec<Output> {
        let mut outputs = Vec::new();
        self.state.now_ms = now_ms;
        if self.state.broken && !matches!(input, Input::Timer) {
            return outputs;
        }
        if let Err(alarm) = self.handle(now_ms, input, &mut outputs) {
            self.state.stop(alarm, &mut outputs);
        }
        schedule::drive(&mut self.state, &self.crypto, now_ms, &mut outputs);
        outputs
    }

    /// The state as it is stored once all outputs are carried out.
    pub const fn stored(&self) -> &Persisted {
        &self.state.stored
    }

    fn handle(&mut self, now_ms: u64, input: Input, outputs: &mut Vec<Output>) -> Result<(), Alarm> {
        let state = &mut self.state;
        match input {
            Input::Start | Input::Timer => {}
            Input::LocalOps { ops, replaced, may_wait } => {
                let is_first = state.stored.outbox.is_empty();
                for id in replaced {
                    state.stored.outbox.remove(&id);
                    state.restamping.remove(&id);
                }
                for op in ops {
                    state.restamping.remove(&op.id);
                    state.stored.outbox.insert(op.id, op);
                }
                // What is due now stays due.
                if !may_wait {
                    state.flush_at_ms = None;
                } else if is_first {
                    state.flush_at_ms = Some(now_ms.saturating_add(outbox::MAX_WAIT_MS));
                }
            }
            Input::Answer { request, server_ms, result } => {
                return self.answer(now_ms, request, server_ms, result, outputs);
            }
            Input::Allowance(allowance) => {
                state.allowance = allowance;
                if !allowance.requests {
                    state.cancel_all(outputs);
                }
            }
            Input::SyncNow => {
                state.backoff.succeed();
                state.flush_at_ms = None;
                state.pull_due = true;
            }
            Input::RetryQuarantine => state.retry_due = true,
            Input::StorageFailed => {
                state.cancel_all(outputs);
                state.broken = true;
                state.backoff.fail(now_ms, None, &mut state.entropy);
            }
            Input::Collected(ops) => match state.collecting.take() {
                Some(Collecting::Snapshot(covered)) => {
                    if let Err(fault) = compaction::collected(state, &self.crypto, covered, &ops, outputs) {
                        tracing::warn!(%fault, "cannot make a snapshot");
                    }
                }
                Some(Collecting::Reissue) => return reissue::collected(state, &self.crypto, &ops, outputs),
                None => {}
            },
            Input::Resolve(resolution) => resolve(state, resolution, outputs),
        }
        Ok(())
    }

    fn answer(
        &mut self,
        now_ms: u64,
        request: RequestId,
        server_ms: Option<u64>,
        result: Result<Reply, RequestError>,
        outputs: &mut Vec<Output>,
    ) -> Result<(), Alarm> {
        let state = &mut self.state;
        let Some((asked, sent_ms)) = state.in_flight.remove(&request) else { return Ok(()) };
        if let Some(server_ms) = server_ms {
            let before = state.clock;
            state.clock.measure(sent_ms, now_ms, server_ms);
            outputs.extend(state.clock.offset_ms().filter(|_| state.clock != before).map(Output::ServerOffset));
        }
        let reply = match result {
            Ok(reply) => reply,
            Err(error) => return failed(state, now_ms, &asked, &error, outputs),
        };
        state.backoff.succeed();
        match (asked, reply) {
            (InFlight::Push(device, sent), Reply::Pushed(heads)) => {
                push::accepted(state, device, sent, &heads, outputs)
            }
            (InFlight::Pull, Reply::Page { frames, next }) => self.page(now_ms, &frames, next, outputs),
            (InFlight::Poll, Reply::Changed) => {
                state.pull_due = true;
                Ok(())
            }
            (InFlight::Poll, Reply::Unchanged) => Ok(()),
            (InFlight::Heads(baseline), Reply::Heads(heads)) => {
                state.next_audit_ms = now_ms.saturating_add(audit::INTERVAL_MS);
                audit::compare(state, &baseline, &heads, outputs)
            }
            (InFlight::SnapshotClaim, Reply::SnapshotClaim(newest)) => {
                compaction::compare(state, &self.crypto, newest.as_ref(), outputs)
            }
            (InFlight::Snapshot, Reply::Snapshot(Some(received))) => {
                compaction::load(state, &self.crypto, &received, outputs)
            }
            (InFlight::PutSnapshot(covered), Reply::SnapshotStored) => {
                state.commit(vec![Change::Covered(covered)], outputs);
                Ok(())
            }
            (InFlight::Devices, Reply::Devices(registry)) => {
                let registry = state.stored.registry.advance(registry)?;
                if registry.get(state.stored.device).is_some_and(|own| own.revoked_after.is_some()) {
                    return Err(Alarm::Revoked);
                }
                state.devices_due = false;
                state.commit(vec![Change::Registry(registry)], outputs);
                Ok(())
            }
            // An answer to another question than was asked: something between us and the server.
            _ => failed_connection(state, now_ms, WaitingFor::CleanConnection),
        }
    }

    fn page(&mut self, now_ms: u64, frames: &[Vec<u8>], next: Cursor, outputs: &mut Vec<Output>) -> Result<(), Alarm> {
        let state = &mut self.state;
        if state.stored.log.is_some_and(|log| log != next.log()) {
            state.forget_log(outputs);
            return Ok(());
        }
        match pull::check(&state.stored, &self.crypto, &state.clock, now_ms, frames, next) {
            Ok(checked) => {
                state.pull_due = !frames.is_empty();
                state.caught_up = frames.is_empty();
                if state.stored.cursor != Some(next) || !frames.is_empty() {
                    state.commit(checked.changes, outputs);
                }
                outputs.extend(checked.newest.map(Output::Observe));
                Ok(())
            }
            // A device that was enrolled since the list was read. If the list does not name it either, the server lies.
            Err(Alarm::UnknownDevice(device)) if state.unknown.insert(device) => {
                state.devices_due = true;
                Ok(())
            }
            Err(alarm) => Err(alarm),
        }
    }
}

fn failed(
    state: &mut State,
    now_ms: u64,
    asked: &InFlight,
    error: &RequestError,
    outputs: &mut Vec<Output>,
) -> Result<(), Alarm> {
    if let InFlight::Push(device, _) = asked {
        push::refused(state, *device, error)?;
    }
    let (waiting_for, retry_after_ms) = match error {
        RequestError::Offline => (WaitingFor::Connection, None),
        RequestError::NotOurs => (WaitingFor::CleanConnection, None),
        RequestError::Busy { retry_after_ms } => (WaitingFor::Server, *retry_after_ms),
        RequestError::StampAhead => (WaitingFor::Clock, None),
        RequestError::LogChanged => {
            state.forget_log(outputs);
            (WaitingFor::Server, None)
        }
        RequestError::Compacted => {
            state.compacted = true;
            return Ok(());
        }
        RequestError::SignInNeeded => return Err(Alarm::SignInNeeded),
        RequestError::Revoked => return Err(Alarm::Revoked),
        RequestError::UpgradeNeeded => return Err(Alarm::UpgradeNeeded),
        _ => (WaitingFor::Server, None),
    };
    state.waiting_for = waiting_for;
    state.backoff.fail(now_ms, retry_after_ms, &mut state.entropy);
    Ok(())
}

fn failed_connection(state: &mut State, now_ms: u64, waiting_for: WaitingFor) -> Result<(), Alarm> {
    state.waiting_for = waiting_for;
    state.backoff.fail(now_ms, None, &mut state.entropy);
    Ok(())
}

fn resolve(state: &mut State, resolution: Resolution, outputs: &mut Vec<Output>) {
    if state.stored.alarm.is_none() {
        return;
    }
    state.commit(vec![Change::Alarm(None)], outputs);
    state.unknown.clear();
    state.backoff.succeed();
    match resolution {
        Resolution::Retry => {
            state.audit_due = true;
            state.devices_due = true;
            state.pull_due = true;
        }
        Resolution::AcceptServer => state.forget_log(outputs),
    }
}
