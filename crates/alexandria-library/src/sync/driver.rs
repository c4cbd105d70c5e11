//! Runs the engine: carries out its outputs in their order, and tells it what happened.
//!
//! If an output fails, or the process dies, those after it are not carried out, and the engine is loaded again from what is stored:
//! there is no other way to recover (`docs/adr/0028-sync-engine.md`).

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use alexandria_crypto::random;
use alexandria_domain::{CodedError, DeviceId, Field, OpId};
use alexandria_net::sync::SyncClient;
use alexandria_protocol::blob::KeyId;
use alexandria_sync::Engine;
use alexandria_sync::account_keys::AccountKeys;
use alexandria_sync::crypto::OpenFault;
use alexandria_sync::exchange::{Reply, Request, RequestError, RequestId};
use alexandria_sync::io::{Allowance, Input, Notice, Output, Resolution};
use alexandria_sync::payload::{Content, WireOp};
use alexandria_sync::persist::{Change, Transaction};
use alexandria_sync::quarantine::Reason;
use alexandria_sync::record::Head;
use alexandria_sync::status::Status;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::error::SyncRunError;
use super::requests::{self, Context};
use super::rows;
use crate::account::{Connection, DeviceSource, Enrolled, accept_grant, list, seen};
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;

/// Changes that are made in quick succession are looked at once.
const SETTLE: Duration = Duration::from_millis(200);

/// How long the server's time is taken as known, in milliseconds.
const TIME_VALID_MS: u64 = 10 * 60 * 1000;

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SyncTrigger {
    /// The reader, who wants to know whether what stopped sync is over.
    Reader,
    /// The background job.
    Background,
}

/// When a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// When everything here is on the server and everything there is here, or when that cannot be now.
    InStep,
    /// When it is stopped.
    Stopped,
}

/// Runs the engine of an open library.
pub(crate) struct Driver {
    engines: Arc<Engines>,
    connection: Connection,
    status: watch::Sender<Option<Status>>,
}

/// One answer.
struct Answered {
    request: RequestId,
    server_ms: Option<u64>,
    result: Result<Reply, RequestError>,
}

/// A loaded engine and what it waits for.
struct Session<'a> {
    driver: &'a Driver,
    engine: Engine<AccountKeys>,
    context: Context,
    running: JoinSet<Answered>,
    handles: HashMap<RequestId, AbortHandle>,
    wake_at_ms: Option<u64>,
    /// What the newest snapshot covers that is stored.
    covered: BTreeMap<DeviceId, Head>,
    /// When the server was last asked for its time, by the monotonic clock.
    time_asked_ms: Option<u64>,
    status: Option<Status>,
    needs_reload: bool,
    needs_keys: bool,
}

impl Driver {
    pub(crate) fn new(engines: Arc<Engines>, connection: Connection, status: watch::Sender<Option<Status>>) -> Self {
        Self { engines, connection, status }
    }

    /// Keeps the library in step. Returns the last status.
    pub(crate) async fn run(
        &self,
        until: Until,
        trigger: SyncTrigger,
        cancel: &CancellationToken,
    ) -> Result<Option<Status>, SyncRunError> {
        loop {
            let mut session = self.load().await?;
            let status = session.run(until, trigger, cancel).await?;
            if session.needs_keys {
                self.take_keys(&session.context.client).await?;
            } else if !session.needs_reload {
                return Ok(status);
            }
        }
    }

    async fn load(&self) -> Result<Session<'_>, SyncRunError> {
        let engines = Arc::clone(&self.engines);
        let (enrolled, stored, keys) = blocking(move || {
            let enrolled = Enrolled::load(&engines)?;
            let epochs = &enrolled.secrets.epochs;
            let keys = AccountKeys::new(epochs.record_keys(), epochs.snapshot_keys(), enrolled.signing_key());
            let stored = rows::load(&engines.store, &keys, enrolled.account(), enrolled.row.device)?;
            Ok::<_, SyncRunError>((enrolled, stored, keys))
        })
        .await?;
        let address = enrolled.row.server.parse().map_err(crate::account::AccountError::from)?;
        let client = self.connection.client(address, Some(enrolled.credential()))?;
        let devices = DeviceSource::new(Arc::clone(&self.engines), enrolled.account());
        let snapshot_key = KeyId::from_bytes(*enrolled.secrets.epochs.newest_id().as_bytes());
        let covered = stored.covered.clone();
        Ok(Session {
            driver: self,
            engine: Engine::load(stored, keys, random::bytes()?),
            context: Context { client, devices, snapshot_key, snapshot_cursor: None },
            running: JoinSet::new(),
            handles: HashMap::new(),
            wake_at_ms: None,
            covered,
            time_asked_ms: None,
            status: None,
            needs_reload: false,
            needs_keys: false,
        })
    }

    /// Takes the keys that another device granted.
    async fn take_keys(&self, client: &SyncClient) -> Result<(), SyncRunError> {
        let engines = Arc::clone(&self.engines);
        let (enrolled, before) =
            blocking(move || Ok::<_, SyncRunError>((Enrolled::load(&engines)?, seen(&engines.store)?))).await?;
        let devices = list(client, &enrolled, before).await?;
        accept_grant(&self.engines, client, enrolled, &devices).await?;
        Ok(())
    }
}

impl Session<'_> {
    async fn run(
        &mut self,
        until: Until,
        trigger: SyncTrigger,
        cancel: &CancellationToken,
    ) -> Result<Option<Status>, SyncRunError> {
        self.handle(Input::Start).await?;
        if trigger == SyncTrigger::Reader && self.engine.stored().alarm.is_some() {
            // Perhaps what stopped it is over; if it is not, it stops again.
            self.handle(Input::Resolve(Resolution::Retry)).await?;
        }
        self.handle(Input::Allowance(Allowance::default())).await?;
        loop {
            if self.needs_reload || self.needs_keys || cancel.is_cancelled() {
                return Ok(self.status);
            }
            if until == Until::InStep && self.is_settled() {
                return Ok(self.status);
            }
            let wake = self.wake_at_ms.map(|at| at.saturating_sub(self.now_ms()));
            let sleep = tokio::time::sleep(Duration::from_millis(wake.unwrap_or(u64::from(u32::MAX))));
            tokio::select! {
                () = cancel.cancelled() => {}
                Some(answered) = self.running.join_next(), if !self.running.is_empty() => {
                    // A request that was given up is no answer.
                    if let Ok(Answered { request, server_ms, result }) = answered {
                        self.handles.remove(&request);
                        self.handle(Input::Answer { request, server_ms, result }).await?;
                    }
                }
                () = self.driver.engines.changes.made() => {
                    tokio::time::sleep(SETTLE).await;
                    self.local_changes().await?;
                }
                () = sleep, if wake.is_some() => {
                    self.wake_at_ms = None;
                    self.handle(Input::Timer).await?;
                }
            }
        }
    }

    /// Whether nothing more is to be expected soon.
    const fn is_settled(&self) -> bool {
        matches!(self.status, Some(Status::InStep | Status::Waiting(_) | Status::NeedsReader(_)))
    }

    fn now_ms(&self) -> u64 {
        self.driver.engines.changes.monotonic_ms()
    }

    /// Steps, and carries out what comes of it.
    async fn handle(&mut self, input: Input) -> Result<(), SyncRunError> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let outputs = self.engine.step(self.now_ms(), input);
            for output in outputs {
                if !self.carry_out(output, &mut inputs).await? {
                    // The rest of this step is dropped.
                    break;
                }
            }
        }
        Ok(())
    }

    /// Carries out one output. Returns whether the next one may follow.
    async fn carry_out(&mut self, output: Output, inputs: &mut VecDeque<Input>) -> Result<bool, SyncRunError> {
        match output {
            Output::Persist(transaction) => return Ok(self.persist(transaction, inputs).await),
            Output::Send(id, request) => self.send(id, request),
            Output::Cancel(id) => {
                if let Some(handle) = self.handles.remove(&id) {
                    handle.abort();
                }
            }
            Output::WakeAt(at_ms) => self.wake_at_ms = Some(at_ms),
            Output::Observe(stamp) => self.driver.engines.changes.observe(stamp),
            Output::ServerOffset(offset_ms) => self.driver.engines.changes.follow_server(offset_ms),
            Output::Restamp { ops, after } => inputs.push_back(self.restamp(ops, after).await?),
            Output::CollectOps => {
                self.context.snapshot_cursor = self.engine.stored().cursor;
                let engines = Arc::clone(&self.driver.engines);
                inputs.push_back(Input::Collected(blocking(move || rows::sealed_ops(&engines.store)).await?));
            }
            Output::Reload => self.needs_reload = true,
            Output::Status(status) => {
                self.status = Some(status);
                self.driver.status.send_replace(Some(status));
            }
            Output::Notice(Notice::ServerRestored { records }) => {
                tracing::warn!(records, "the sync server was restored from an older state");
            }
            Output::Notice(Notice::Alarm(alarm)) => tracing::warn!(%alarm, "sync has stopped"),
        }
        Ok(true)
    }

    /// Stores a transaction. Returns whether it is stored.
    async fn persist(&mut self, transaction: Transaction, inputs: &mut VecDeque<Input>) -> bool {
        let (engines, before, own) =
            (Arc::clone(&self.driver.engines), self.covered.clone(), self.engine.stored().device);
        let stored = blocking(move || {
            rows::commit(&engines.store, &before, own, &transaction)?;
            Ok::<_, SyncRunError>(transaction)
        })
        .await;
        let transaction = match stored {
            Ok(transaction) => transaction,
            Err(error) => {
                tracing::warn!(code = %error.code(), "a change of sync's state was not stored");
                inputs.clear();
                inputs.push_back(Input::StorageFailed);
                return false;
            }
        };
        let mut is_visible = false;
        for change in transaction.changes {
            match change {
                Change::Apply(ops) => is_visible |= !ops.is_empty(),
                Change::Covered(covered) => self.covered = covered,
                Change::Quarantine(entry) => {
                    self.needs_keys |= matches!(entry.reason, Reason::Sealed(OpenFault::UnknownEpoch(_)));
                }
                _ => {}
            }
        }
        if is_visible {
            self.driver.engines.events.emit(Event::Changed);
        }
        true
    }

    fn send(&mut self, id: RequestId, request: Request) {
        let context = self.context.clone();
        let now = self.now_ms();
        // Waiting for changes takes too long to measure the server's time by.
        let is_wait = matches!(request, Request::Poll { .. });
        let ask_time = !is_wait && self.time_asked_ms.is_none_or(|asked| now.saturating_sub(asked) > TIME_VALID_MS);
        if ask_time {
            self.time_asked_ms = Some(now);
        }
        let handle = self.running.spawn(async move {
            let server_ms = match ask_time {
                true => context.client.meta().await.ok().map(|meta| meta.server_time_ms),
                false => None,
            };
            Answered { request: id, server_ms, result: requests::send(&context, request).await }
        });
        self.handles.insert(id, handle);
    }

    /// Gives ops of the outbox new stamps, in their order.
    async fn restamp(&self, ops: Vec<OpId>, after: alexandria_domain::Hlc) -> Result<Input, SyncRunError> {
        let engines = Arc::clone(&self.driver.engines);
        let ops = blocking(move || {
            let stamps = engines.changes.stamps(ops.len(), after);
            let stamps = stamps.map_err(|_| SyncRunError::Damaged("the clock of changes"))?;
            let stamped: Vec<_> = ops.iter().copied().zip(stamps).collect();
            engines.store.restamp_outbox(&stamped)?;
            let mut outbox = rows::outbox(&engines.store)?;
            Ok::<_, SyncRunError>(ops.iter().filter_map(|id| outbox.remove(id)).collect::<Vec<_>>())
        })
        .await?;
        Ok(Input::LocalOps { ops, replaced: Vec::new(), may_wait: false })
    }

    /// Tells the engine what the reader changed: whatever the outbox has that it does not know.
    async fn local_changes(&mut self) -> Result<(), SyncRunError> {
        let engines = Arc::clone(&self.driver.engines);
        let outbox = blocking(move || rows::outbox(&engines.store)).await?;
        let known = &self.engine.stored().outbox;
        let replaced: Vec<OpId> = known.keys().filter(|id| !outbox.contains_key(id)).copied().collect();
        let ops: Vec<WireOp> =
            outbox.into_iter().filter(|(id, op)| known.get(id) != Some(op)).map(|(_, op)| op).collect();
        if ops.is_empty() && replaced.is_empty() {
            return Ok(());
        }
        let may_wait =
            ops.iter().all(|op| matches!(&op.content, Content::Op(op) if matches!(op.field, Field::Position(_))));
        self.handle(Input::LocalOps { ops, replaced, may_wait }).await
    }
}
