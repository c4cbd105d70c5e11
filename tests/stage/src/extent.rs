//! How far a suite goes, and telling what it did. Absent: counting what is told, which `cargo xtask test` does.

use std::io::Write;

/// Whether everything is to be tried, as in `cargo xtask test --exhaustive`.
#[must_use]
pub fn is_exhaustive() -> bool {
    std::env::var_os("ALEXANDRIA_EXHAUSTIVE").is_some_and(|value| value == "1")
}

/// Tells a figure past the test runner, which keeps back what tests that pass print.
pub fn tell(line: &str) {
    write(&format!("{}: {line}\n", suite()));
}

/// Says past the test runner why the test that calls this, or a part of it, is not run. `cargo xtask test` counts the
/// tests that say so, and names them.
pub fn skip(reason: &str) {
    let thread = std::thread::current();
    // The runner calls the thread of a test by its name.
    let test = thread.name().unwrap_or("?");
    write(&format!("SKIPPED: {}::{test}: {reason}\n", suite()));
}

/// In one piece, so that lines of tests that run side by side stay whole.
fn write(line: &str) {
    // Without a terminal there is nobody to tell.
    let _told = std::io::stdout().lock().write_all(line.as_bytes());
}

/// The name of the test program. Cargo adds a hash to it.
fn suite() -> String {
    let program = std::env::current_exe().unwrap_or_default();
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    name.rsplit_once('-').map_or(&*name, |(name, _hash)| name).to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_suite_is_known_by_its_name() {
        assert_eq!(super::suite(), "alexandria_tests_stage");
    }
}
