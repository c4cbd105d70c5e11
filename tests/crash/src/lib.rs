//! Nothing is lost: whatever fails, fills up or is killed, acknowledged changes are there afterwards, and any other change
//! is done or not done, never half done.
//!
//! The command under test is the shipped one. `alexandria-inject`, a program of this crate, injects faults between it and
//! the disk; another, `alexandria-inspect`, reads what a library holds afterwards. Absent: power cuts, in which a disk
//! loses what was not flushed; what a killed process has written stays with the system.

pub mod book;
pub mod disk;
pub mod inject;
pub mod sandbox;
pub mod state;
pub mod sweep;
