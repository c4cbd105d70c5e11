//! Keeping what is in memory from being written to disk when the program fails.
//!
//! Windows writes no dump of a program unless its owner asks the system to, so there is nothing to do there.

/// Forbids core dumps of this process and of the web processes it starts.
#[cfg(unix)]
pub(crate) fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Not zero: Linux hands a crashed process to a collecting program whatever the limit, except at a limit of one
    // (fs/coredump.c); and one byte is too little for a core file.
    let least = Rlimit { current: Some(1), maximum: Some(1) };
    if setrlimit(Resource::Core, least).is_err() {
        tracing::warn!("core dumps could not be forbidden");
    }
}

/// Forbids core dumps; see the module.
#[cfg(not(unix))]
pub(crate) fn forbid_core_dumps() {}

/// Logs where a panic happened. Its message is left out: it may quote a book, a query or a path.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("unknown", 0), |location| (location.file(), location.line()));
        tracing::error!(file, line, "panic");
    }));
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, Rlimit, getrlimit};

    #[test]
    fn no_core_of_this_process_can_be_written() {
        super::forbid_core_dumps();
        assert_eq!(getrlimit(Resource::Core), Rlimit { current: Some(1), maximum: Some(1) });
    }
}
