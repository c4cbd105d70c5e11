//! Reads a line from a Windows console without echo.

use std::io;

use alexandria_library::Passphrase;

use crate::output::Output;

/// Prompts and reads a line. Returns `None` if it is empty. Ctrl-C has its usual effect.
pub(super) fn read_hidden_line(label: &str, output: Output) -> io::Result<Option<Passphrase>> {
    output.prompt(label);
    // `console` grows its buffer while reading, so parts of the input may stay in memory. The passphrase is wiped.
    let typed = console::Term::stderr().read_secure_line()?;
    Ok(if typed.is_empty() { None } else { Some(Passphrase::new(typed)) })
}
