//! Hostile input: what must hold for any bytes, and the makers of files that mean harm.
//!
//! A [`Law`] is one function from bytes to nothing that panics if something it promises does not hold. The fuzz targets in
//! `fuzz/` and the replay of their corpora in the normal test run (`tests/replay.rs`) call the very same function. Beyond
//! not panicking, the laws say what a result has to be: within the limits, on whole characters, without a way out of the
//! page, found again where it was.
//!
//! [`archive`] writes zip archives exactly as told, also such as no writer would make. Absent: the command that fuzzes
//! (`xtask/src/fuzz.rs`), and knowledge of anything that is not public in the crates under test.

pub mod archive;

mod law;

pub use law::{LAWS, Law, law};
