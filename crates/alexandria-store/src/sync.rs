//! What the sync engine keeps in the library's database.
//!
//! [`Store::sync_commit`] carries out a transaction of the engine: sealing a record takes its ops out of the outbox, receiving one
//! advances the vector and applies its ops, all together or not at all. Secrets arrive here sealed (`alexandria-crypto`).
//! Absent: decisions, which are the engine's; frames and encodings, which are opaque here.

mod account;
mod change;
mod commit;
mod rows;
#[cfg(test)]
mod tests;
mod wire;

pub use account::AccountRow;
pub use change::{QuarantineRow, RecordRow, SyncChange, WireOpRow};
pub use commit::SyncCommitError;
pub use rows::{HeadRow, Outbox, SyncRows};
