//! What runs in the background: ending what has expired, erasing accounts, removing what snapshots cover.
//!
//! Every step can be repeated, and several servers can run them at once. Objects are removed before the rows that name
//! them, so that nothing is left that nobody knows. Absent: what a reader asked for and waits for.

mod background;
mod erase;
pub mod expire;
mod object;
mod pass;
mod prune;

#[cfg(test)]
mod tests;

pub use background::{Background, JobError, PassReport};
