//! Invariants for hostile input, and writers of malicious files.
//!
//! An [`Invariant`] is a function of bytes that panics if a property does not hold. The fuzz targets in `fuzz/` and the
//! replay of their corpora in the normal test run (`tests/replay.rs`) call the same function. Beyond not panicking,
//! results must be within the limits, on character boundaries, without external references, and quotes must be found where
//! they were taken.
//!
//! [`archive`] writes zip archives byte for byte as described, including invalid ones. Not here: the command that fuzzes
//! (`xtask/src/fuzz.rs`), and anything that is not public in the crates under test.

pub mod archive;

mod invariant;

pub use invariant::{INVARIANTS, Invariant, check};
