//! Ctrl-C: what takes long ends after its present step, and says so, instead of being killed.

use alexandria_library::CancellationToken;

/// A token that Ctrl-C cancels.
pub(crate) fn cancel_on_interrupt() -> CancellationToken {
    let cancel = CancellationToken::new();
    let token = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            token.cancel();
        }
    });
    cancel
}
