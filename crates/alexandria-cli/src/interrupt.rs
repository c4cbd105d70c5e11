//! Ctrl-C: a long command finishes its current step, then stops. A second Ctrl-C stops it at once.

use std::io;

use alexandria_library::CancellationToken;

use crate::failure::EXIT_CANCELLED;
use crate::output::Output;

/// A token that the first Ctrl-C cancels. The second one exits at once. What was in progress is then left as after a
/// power cut, which loses nothing that was acknowledged.
pub(crate) fn cancel_on_interrupt(output: Output) -> CancellationToken {
    let cancel = CancellationToken::new();
    // Without a signal handler, Ctrl-C ends the process as usual.
    let Ok(mut interrupts) = interrupts() else { return cancel };
    let token = cancel.clone();
    tokio::spawn(async move {
        if interrupts.recv().await.is_none() {
            return;
        }
        token.cancel();
        output.note("Stopping after the current step. Press Ctrl-C again to stop at once.");
        if interrupts.recv().await.is_some() {
            std::process::exit(EXIT_CANCELLED.into());
        }
    });
    cancel
}

/// Receives every Ctrl-C from now on.
#[cfg(unix)]
fn interrupts() -> io::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

/// Receives every Ctrl-C from now on.
#[cfg(windows)]
fn interrupts() -> io::Result<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c()
}
