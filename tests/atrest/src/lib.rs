//! Promise 1 as a test: canaries go through the life of a library, then every byte that was written is searched for them.
//!
//! Two detectors: one reads every file and file name left on disk, the other the trace of the process's own write calls, so
//! that a temporary file deleted at once counts too.

pub mod calls;
pub mod canary;
pub mod scenario;
mod strace;
pub mod trace;
pub mod vector;
