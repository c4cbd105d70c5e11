//! What the test programs share.

use std::process::Command;
use std::time::{Duration, Instant};

/// How long anything that is waited for may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a command to its end: whether it succeeded, and what it printed.
pub(crate) fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// Calls `is_so` until it is.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}: not within {TIMEOUT:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
