//! How a worker process ended, and why.

use std::process::ExitStatus;
use std::time::Duration;

use crate::error::WorkerError;

/// Exit status of a worker that could not confine itself.
pub(crate) const NOT_CONFINED: u8 = 3;
/// Exit status of a worker that was started by another version.
pub(crate) const OTHER_VERSION: u8 = 4;
/// Exit status of a worker that could not write its output.
pub(crate) const UNFINISHED: u8 = 5;
/// Exit status of a Rust program whose main thread panicked.
const PANICKED: i32 = 101;

/// What the runtime writes to the standard error when an allocation fails.
const OUT_OF_MEMORY: &[u8] = b"memory allocation of ";

/// Limits that a worker may have reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub(crate) memory_bytes: u64,
    pub(crate) time: Duration,
}

/// Why a worker that ended by itself wrote no complete result. `message` is the beginning of its standard error.
pub(crate) fn reason(status: ExitStatus, message: &[u8], limits: Reached) -> WorkerError {
    match (status.code().map(|code| u8::try_from(code).unwrap_or(u8::MAX)), signal(status)) {
        (Some(NOT_CONFINED), _) => WorkerError::NotConfined,
        (Some(OTHER_VERSION), _) => WorkerError::OtherVersion,
        (Some(code), _) if i32::from(code) == PANICKED => WorkerError::Panicked,
        (Some(0 | UNFINISHED), _) => WorkerError::Incomplete,
        (_, Some(Signal::ForbiddenCall)) => WorkerError::ForbiddenCall,
        (_, Some(Signal::ProcessorTime)) => WorkerError::TimedOut(limits.time),
        _ if message.starts_with(OUT_OF_MEMORY) => WorkerError::OutOfMemory(limits.memory_bytes),
        (_, Some(Signal::Other(number))) => WorkerError::Crashed(Some(number)),
        (_, None) => WorkerError::Crashed(None),
    }
}

/// The signal that ended a process.
enum Signal {
    /// Sent by seccomp.
    ForbiddenCall,
    /// Sent at the limit of processor time.
    ProcessorTime,
    Other(i32),
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<Signal> {
    use std::os::unix::process::ExitStatusExt as _;
    let number = status.signal()?;
    Some(match number {
        _ if number == rustix::process::Signal::SYS.as_raw() => Signal::ForbiddenCall,
        _ if number == rustix::process::Signal::XCPU.as_raw() => Signal::ProcessorTime,
        _ => Signal::Other(number),
    })
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<Signal> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn reason_of_an_exit_is_typed() {
        let check = |status: i32, message: &[u8], expect: &str| {
            let limits = Reached { memory_bytes: 1 << 20, time: Duration::from_secs(1) };
            assert_eq!(format!("{:?}", reason(ExitStatus::from_raw(status), message, limits)), expect);
        };
        check(0, b"", "Incomplete");
        check(5 << 8, b"", "Incomplete");
        check(3 << 8, b"", "NotConfined");
        check(4 << 8, b"", "OtherVersion");
        check(101 << 8, b"", "Panicked");
        check(1 << 8, b"", "Crashed(None)");
        check(31, b"", "ForbiddenCall");
        check(24, b"", "TimedOut(1s)");
        check(6, b"memory allocation of 107374182400 bytes failed", "OutOfMemory(1048576)");
        check(6, b"\nthread 'main' has overflowed its stack", "Crashed(Some(6))");
        check(11, b"", "Crashed(Some(11))");
    }
}
