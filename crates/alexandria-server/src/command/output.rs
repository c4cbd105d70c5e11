//! What is printed for people.

use std::io::Write as _;

use anyhow::Context as _;

/// Prints an error with its causes.
pub(crate) fn report(error: &anyhow::Error) {
    // If standard error is closed there is nobody to read it.
    let _unread = writeln!(std::io::stderr(), "alexandria-server: {error:#}");
}

/// Prints a line.
pub(super) fn say(line: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output")
}

/// Prints JSON.
pub(super) fn print(value: &impl serde::Serialize) -> anyhow::Result<()> {
    say(serde_json::to_string_pretty(value)?)
}
