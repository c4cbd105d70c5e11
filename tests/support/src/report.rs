//! How far a suite goes, and reporting what it did.

use alexandria_tests_skip::{suite, write_line};

/// Whether everything is tried, as in `cargo xtask test --exhaustive`.
#[must_use]
pub fn is_exhaustive() -> bool {
    std::env::var_os("ALEXANDRIA_EXHAUSTIVE").is_some_and(|value| value == "1")
}

/// Prints a figure past the test runner, which hides what passing tests print.
pub fn note(line: &str) {
    write_line(&format!("{}: {line}", suite()));
}
