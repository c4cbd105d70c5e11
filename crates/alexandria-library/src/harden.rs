//! Hardens the process: after a crash, no memory is written to disk or the terminal; other programs cannot read its memory;
//! other accounts cannot read its files.
//!
//! Absent: Windows. Its error reporting may write a crash dump, and programs of the same account may read the process's
//! memory; neither is prevented there.

use std::sync::OnceLock;

/// Keeps panic messages, which may quote data in memory, from being printed or logged: the log gets only the location.
/// Disables core dumps of this process and its children, and on Linux also access to its memory by other programs of the same
/// account. Sets the umask so that new files belong to the account alone: even the number and sizes of encrypted files tell
/// how much somebody reads. On Windows only panics are handled: a profile's folders are private there. Call it first in
/// `main`, before there is any secret.
pub fn harden_process() {
    silence_panics();
    #[cfg(unix)]
    {
        disable_core_dumps();
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    }
    #[cfg(target_os = "linux")]
    disable_tracing();
}

/// Location of the first panic of this process.
static FIRST_PANIC: OnceLock<String> = OnceLock::new();

/// The location of the first panic, as file and line, since [`harden_process`] was called; `None` if there was none.
#[must_use]
pub fn first_panic_location() -> Option<&'static str> {
    FIRST_PANIC.get().map(String::as_str)
}

/// A panic message may quote a book, a query or a path.
fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("unknown", 0), |location| (location.file(), location.line()));
        tracing::error!(file, line, "panic");
        let _only_the_first_is_stored = FIRST_PANIC.set(format!("{file}:{line}"));
    }));
}

#[cfg(unix)]
fn disable_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Not zero: Linux pipes a crashed process to the core collector whatever the limit is, except at a limit of one
    // (fs/coredump.c); and one byte is too small for a core file.
    let limit = Rlimit { current: Some(1), maximum: Some(1) };
    if setrlimit(Resource::Core, limit).is_err() {
        tracing::warn!("core dumps could not be disabled");
    }
}

/// A process that is not dumpable leaves no core, whatever the limits say, and cannot be traced without privileges.
#[cfg(target_os = "linux")]
fn disable_tracing() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
        tracing::warn!("tracing by other programs could not be disabled");
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, Rlimit, getrlimit};

    #[test]
    fn harden_process_disables_core_dumps() {
        super::harden_process();
        let _default_hook_for_other_tests = std::panic::take_hook();
        assert_eq!(getrlimit(Resource::Core), Rlimit { current: Some(1), maximum: Some(1) });
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::process::dumpable_behavior(), Ok(rustix::process::DumpableBehavior::NotDumpable));
    }
}
