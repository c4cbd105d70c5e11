//! Keeping what is in memory from being written to disk or the terminal, or read by other programs, when something goes
//! wrong; and what is written from being seen by other accounts of the machine.
//!
//! Absent: Windows. Its error reporting may write a dump of a program that crashed, and programs of the same person may
//! read its memory; nothing is done about either there.

use std::sync::OnceLock;

/// Keeps panics from quoting what is in memory: of each the log gets the place, and nobody the message. Forbids core dumps
/// of this process and of those it starts; on Linux also that other programs of the same person read its memory. What they
/// write from now on is the account's alone, whatever they ask for: sealed files still tell by their number and size how
/// much somebody reads. On Windows only panics are seen to: an account's folders are its own there. To be called first in
/// `main`, before there is any secret.
pub fn harden_process() {
    silence_panics();
    #[cfg(unix)]
    {
        forbid_core_dumps();
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    }
    #[cfg(target_os = "linux")]
    forbid_tracing();
}

/// Where the first panic of this process was.
static PLACE: OnceLock<String> = OnceLock::new();

/// Where in the program its first panic was, as file and line, since [`harden_process`] was called; `None` if there was none.
#[must_use]
pub fn place_of_panic() -> Option<&'static str> {
    PLACE.get().map(String::as_str)
}

/// The message of a panic may quote a book, a query or a path.
fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("unknown", 0), |location| (location.file(), location.line()));
        tracing::error!(file, line, "panic");
        let _the_first_counts = PLACE.set(format!("{file}:{line}"));
    }));
}

#[cfg(unix)]
fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Not zero: Linux hands a crashed process to a collecting program whatever the limit, except at a limit of one
    // (fs/coredump.c); and one byte is too little for a core file.
    let least = Rlimit { current: Some(1), maximum: Some(1) };
    if setrlimit(Resource::Core, least).is_err() {
        tracing::warn!("core dumps could not be forbidden");
    }
}

/// A process that is not dumpable leaves no core, whatever the limits say, and cannot be traced without privileges.
#[cfg(target_os = "linux")]
fn forbid_tracing() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
        tracing::warn!("tracing by other programs could not be forbidden");
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, Rlimit, getrlimit};

    #[test]
    fn no_core_of_this_process_can_be_written() {
        super::harden_process();
        let _others_are_told_of_theirs = std::panic::take_hook();
        assert_eq!(getrlimit(Resource::Core), Rlimit { current: Some(1), maximum: Some(1) });
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::process::dumpable_behavior(), Ok(rustix::process::DumpableBehavior::NotDumpable));
    }
}
