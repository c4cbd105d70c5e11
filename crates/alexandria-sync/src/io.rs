//! What goes into [`crate::Engine::step`] and what comes out.

use alexandria_domain::{Hlc, OpId};

use crate::alarm::Alarm;
use crate::exchange::{Reply, Request, RequestError, RequestId};
use crate::payload::WireOp;
use crate::persist::Transaction;
use crate::status::Status;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The engine was loaded.
    Start,
    /// The reader changed something. The ops are stored and marked for the outbox already.
    LocalOps {
        /// The ops. One with the id of an op in the outbox replaces it there.
        ops: Vec<WireOp>,
        /// Ops of the outbox that these replaced, as a later place in a book does.
        replaced: Vec<OpId>,
        /// Whether they may wait for more, such as places while reading.
        may_wait: bool,
    },
    /// An answer to a request.
    Answer {
        /// The request.
        request: RequestId,
        /// The server's time in the answer, in milliseconds since 1970.
        server_ms: Option<u64>,
        /// The answer.
        result: Result<Reply, RequestError>,
    },
    /// The time that [`Output::WakeAt`] named has come. May come at any other time, too.
    Timer,
    /// What may be transferred now.
    Allowance(Allowance),
    /// The reader wants to be in step now: no waiting after failures.
    SyncNow,
    /// Keys were added, or this version was not the one that put records aside: those are tried again.
    RetryQuarantine,
    /// All ops of the library but those in the outbox, read in one read transaction, as [`Output::CollectOps`] asked.
    Collected(Vec<WireOp>),
    /// A transaction failed, such as because the disk is full. No later output of that step was carried out.
    StorageFailed,
    /// The reader's answer to an alarm.
    Resolve(Resolution),
}

/// What the reader decided about an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Try again, such as after an update.
    Retry,
    /// Go on with a server that has lost data: what this device still has is sent again.
    AcceptServer,
}

/// What may be transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Requests at all. Not while sync is paused or offline mode is on.
    pub requests: bool,
    /// Files. Not on metered connections or on battery, unless the reader says otherwise.
    pub blobs: bool,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { requests: true, blobs: true }
    }
}

/// What is to be done, in this order. If one fails, or the process dies, those after it are not carried out, and the engine
/// is loaded again.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Carry out a transaction.
    Persist(Transaction),
    /// Send a request, without waiting for its answer.
    Send(RequestId, Request),
    /// Give up a request: its answer is of no interest any more.
    Cancel(RequestId),
    /// Step with [`Input::Timer`] at this time, in milliseconds of the monotonic clock. Replaces the one before.
    WakeAt(u64),
    /// Let the clock of changes observe this stamp.
    Observe(Hlc),
    /// The clock of changes stamps ops at the server's time from now on, which is this far ahead of the monotonic clock, in
    /// milliseconds.
    ServerOffset(i64),
    /// Give ops of the outbox new stamps, in their order: theirs are in the server's future. Step with
    /// [`Input::LocalOps`] then.
    Restamp {
        /// The ops.
        ops: Vec<OpId>,
        /// The new stamps are later than this: what was sent before must not win over what replaced it.
        after: Hlc,
    },
    /// Read all ops of the library but those in the outbox, and step with [`Input::Collected`].
    CollectOps,
    /// Load the engine again from what is stored.
    Reload,
    /// What to show.
    Status(Status),
    /// Something the reader should hear of once.
    Notice(Notice),
}

/// Something the reader should hear of once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server was restored from an older state; this device sends what is missing.
    ServerRestored {
        /// How many records it lacks.
        records: u64,
    },
    /// Why the engine stopped.
    Alarm(Alarm),
}
