//! Failing a chosen file operation, for tests: once, as a bad disk does, or all from there on, as the end of the process
//! does. Counts per thread, so that tests do not meet.

use std::cell::Cell;
use std::io;

thread_local! {
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    static FOR_EVER: Cell<bool> = const { Cell::new(false) };
    static HIT: Cell<bool> = const { Cell::new(false) };
}

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// This one only.
    Once,
    /// This one and everything after it.
    Crash,
}

/// Runs `work` with its `number`-th file operation, counted from 0, failing. False beside the result if it has fewer.
pub(crate) fn inject<T>(number: usize, failure: Failure, work: impl FnOnce() -> T) -> (T, bool) {
    LEFT.set(Some(number));
    FOR_EVER.set(failure == Failure::Crash);
    HIT.set(false);
    let done = work();
    LEFT.set(None);
    (done, HIT.replace(false))
}

/// Whether the process counts as ended.
pub(crate) fn is_crashed() -> bool {
    LEFT.get().is_some() && HIT.get() && FOR_EVER.get()
}

/// Stands before each file operation.
pub(super) fn point() -> io::Result<()> {
    match LEFT.get() {
        None => return Ok(()),
        Some(0) if HIT.get() && !FOR_EVER.get() => return Ok(()),
        Some(0) => HIT.set(true),
        Some(left) => {
            LEFT.set(Some(left - 1));
            return Ok(());
        }
    }
    Err(io::Error::other("injected"))
}
