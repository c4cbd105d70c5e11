//! A position in the log of an account's records.

use super::id::LogId;

/// All records up to `pos` have been read. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The log that the position belongs to.
    pub log: LogId,
    /// The position of the last record; 0 before the first.
    pub pos: u64,
}
