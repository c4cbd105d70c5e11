//! Promise 2 as a test: whatever fails, fills up or is killed, what was acknowledged is there afterwards, and what was not
//! is there as before or as it should become, never in between.
//!
//! The command is the one that is shipped. What comes between it and the disk is `alexandria-inject`, a program of this
//! crate; what a library holds afterwards is read by another, `alexandria-look`. Absent: power cuts, in which a disk
//! forgets what was not flushed; a killed process leaves what it wrote to the system.

pub mod book;
pub mod disk;
pub mod inject;
pub mod sandbox;
pub mod state;
pub mod sweep;
