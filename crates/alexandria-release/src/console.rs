//! What all steps share on the command line: reading files and versions, and printing.

use std::path::Path;

use alexandria_update::Version;
use anyhow::Context as _;

/// An argument that is a version.
pub(crate) fn version(text: &str) -> Result<Version, String> {
    text.parse().map_err(|error: alexandria_update::InvalidVersion| error.to_string())
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Prints to standard output.
#[expect(clippy::print_stdout, reason = "the output of a command")]
pub(crate) fn say(text: &str) {
    println!("{}", text.trim_end());
}
