//! How far a suite goes, and telling what it did.

use std::io::Write;

/// Whether everything is to be tried, as in `cargo xtask test --exhaustive`.
#[must_use]
pub fn is_exhaustive() -> bool {
    std::env::var_os("ALEXANDRIA_EXHAUSTIVE").is_some_and(|value| value == "1")
}

/// Tells a figure, or what is skipped, past the test runner, which keeps back what tests that pass print.
pub fn tell(line: &str) {
    // Without a terminal there is nobody to tell.
    let _told = writeln!(std::io::stderr().lock(), "crash: {line}");
}
