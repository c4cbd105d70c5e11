//! Makes a chosen file operation fail in tests: once, like a bad disk, or with all that follow, like the end of the process.
//! Operations are counted per thread, so that concurrent tests do not interfere.

use std::cell::Cell;
use std::io;

thread_local! {
    static REMAINING: Cell<Option<usize>> = const { Cell::new(None) };
    static IS_PERSISTENT: Cell<bool> = const { Cell::new(false) };
    static IS_TRIGGERED: Cell<bool> = const { Cell::new(false) };
}

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Only this operation.
    Once,
    /// This operation and all after it.
    Crash,
}

/// Runs `work` with its `number`-th file operation, counted from 0, failing. Returns false if it performed fewer.
pub(crate) fn inject<T>(number: usize, failure: Failure, work: impl FnOnce() -> T) -> (T, bool) {
    REMAINING.set(Some(number));
    IS_PERSISTENT.set(failure == Failure::Crash);
    IS_TRIGGERED.set(false);
    let done = work();
    REMAINING.set(None);
    (done, IS_TRIGGERED.replace(false))
}

/// Whether the simulated crash has happened.
pub(crate) fn is_crashed() -> bool {
    REMAINING.get().is_some() && IS_TRIGGERED.get() && IS_PERSISTENT.get()
}

/// Called before each file operation.
pub(super) fn fault_point() -> io::Result<()> {
    match REMAINING.get() {
        None => return Ok(()),
        Some(0) if IS_TRIGGERED.get() && !IS_PERSISTENT.get() => return Ok(()),
        Some(0) => IS_TRIGGERED.set(true),
        Some(remaining) => {
            REMAINING.set(Some(remaining - 1));
            return Ok(());
        }
    }
    Err(io::Error::other("injected fault"))
}
