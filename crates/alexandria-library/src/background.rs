//! What an open library does by itself: it empties the bin of what has expired, embeds what was added, builds
//! what makes searches for common words quick, and releases memory when it is idle.

mod idle;
mod schedule;
#[cfg(test)]
mod tests;

pub use self::idle::{IDLE_TIMEOUT, MaintenanceError};
pub(crate) use self::idle::{Memory, release_memory, release_when_idle};
pub use self::schedule::Schedule;
pub(crate) use self::schedule::{Background, build_common_sets, purge_expired};
