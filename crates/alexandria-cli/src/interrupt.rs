//! Ctrl-C: what takes long ends after its present step, and says so, instead of being killed. Who has no patience for
//! that step presses once more.

use std::io;

use alexandria_library::CancellationToken;

use crate::failure::INTERRUPTED;
use crate::output::Output;

/// A token that Ctrl-C cancels. The second Ctrl-C ends the process at once: whatever was under way is then left as a
/// power cut would leave it, which loses nothing that was acknowledged.
pub(crate) fn cancel_on_interrupt(output: Output) -> CancellationToken {
    let cancel = CancellationToken::new();
    // Without a way to hear of it, Ctrl-C ends the process as it does any other.
    let Ok(mut interrupts) = interrupts() else { return cancel };
    let token = cancel.clone();
    tokio::spawn(async move {
        if interrupts.recv().await.is_none() {
            return;
        }
        token.cancel();
        output.note("Ending after the present step; press Ctrl-C again to end at once.");
        if interrupts.recv().await.is_some() {
            std::process::exit(INTERRUPTED.into());
        }
    });
    cancel
}

/// Every Ctrl-C from now on.
#[cfg(unix)]
fn interrupts() -> io::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

/// Every Ctrl-C from now on.
#[cfg(windows)]
fn interrupts() -> io::Result<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c()
}
