//! Keeping what is in memory out of the log when the program fails.

/// Logs where a panic happened. Its message is left out: it may quote a book, a query or a path.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("unknown", 0), |location| (location.file(), location.line()));
        tracing::error!(file, line, "panic");
    }));
}
