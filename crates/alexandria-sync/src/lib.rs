//! The sync engine: keeps the devices of one account in step through a server that cannot read anything.
//!
//! Sans I/O: [`Engine::step`] takes what happened and returns what is to be done. It reads no clock, makes no random
//! numbers, stores and sends nothing itself, so the simulator in `tests/` can run it through every order of events. Decision:
//! `docs/adr/0028-sync-engine.md`. Absent: HTTP (`alexandria-net`), tables (`alexandria-store`), keys (`alexandria-crypto`).

pub mod account_keys;
pub mod alarm;
pub mod crypto;
pub mod exchange;
pub mod io;
pub mod payload;
pub mod persist;
pub mod quarantine;
pub mod record;
pub mod registry;
pub mod server_clock;
pub mod snapshot;
pub mod snapshot_limits;
pub mod status;
pub mod transfer;

mod audit;
mod backoff;
mod compaction;
mod engine;
mod entropy;
mod outbox;
mod pull;
mod push;
mod reissue;
mod retry;
mod schedule;
mod state;

pub use engine::Engine;
