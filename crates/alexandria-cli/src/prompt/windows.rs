//! A line typed on a Windows console, without being shown.

use std::io;

use alexandria_library::Passphrase;

use crate::output::Output;

/// Asks for `what`, and reads a line. `None` if nothing was typed. Ctrl-C ends the process, or what it has begun, as
/// anywhere else.
pub(super) fn hidden(what: &str, output: Output) -> io::Result<Option<Passphrase>> {
    output.ask(what);
    // It grows while it is typed, so that parts of it may stay behind in memory. What has come out of it is wiped.
    let typed = console::Term::stderr().read_secure_line()?;
    Ok(if typed.is_empty() { None } else { Some(Passphrase::new(typed)) })
}
