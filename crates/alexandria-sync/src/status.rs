//! The engine's state as the window shows it.

use crate::alarm::Alarm;

/// In step, working, waiting, or in need of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything here is on the server, and everything there is here.
    InStep,
    /// Working.
    Working {
        /// Changes of this device that are not on the server yet.
        to_send: usize,
        /// Whether records are being fetched.
        fetching: bool,
    },
    /// Waiting.
    Waiting(WaitingFor),
    /// Stopped until the reader decides.
    NeedsReader(Alarm),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingFor {
    /// The reader, who paused sync, or a permission.
    Permission,
    /// A connection. Shown quietly.
    Connection,
    /// A connection without something in between that answers instead of the server.
    CleanConnection,
    /// The server, which is busy or refuses.
    Server,
    /// Space on this computer's disk.
    Disk,
    /// This computer's clock, which is ahead of the server's.
    Clock,
}
