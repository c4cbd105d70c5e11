//! Each way in which a worker can fail has an error of its own, and costs one file.

use std::cell::Cell;
use std::time::Duration;

use crate::support::{behave, file, misbehaving, worker};
use alexandria_extract::Limits;
use alexandria_worker::{Worker, WorkerError};

fn check(command: &str, expect: &str) {
    let found = behave(command, "a.txt", &Limits { text_bytes: 1 << 20, ..Limits::default() });
    let found = found.map(|extracted| extracted.sections.len()).map_err(|error| format!("{error:?}"));
    assert_eq!(found.as_ref().err().map(String::as_str), Some(expect), "{command}: {found:?}");
    // The next file is read.
    assert!(worker().extract(&file(b"Call me Ishmael."), "a.txt", &Limits::default(), &|| false).is_ok());
}

#[test]
fn worker_that_crashes_is_reported() {
    check("abort", "Crashed(Some(6))");
    // The stack has grown beyond the place where the runtime would recognise its end.
    check("overflow", "Crashed(Some(11))");
    check("panic", "Panicked");
}

#[test]
fn worker_that_takes_too_much_memory_is_reported() {
    check("allocate", "OutOfMemory(1073741824)");
    check("grow", "OutOfMemory(1073741824)");
}

#[test]
fn worker_that_returns_no_result_is_reported() {
    check("garbage", "InvalidResult(\"unknown frame\")");
    check("version", "OtherVersion");
    check("early", "Incomplete");
    check("flood", "InvalidResult(\"too much text\")");
    check("announce", "InvalidResult(\"a frame is too long\")");
    check("invalid", "InvalidResult(\"block of text\")");
    let silent = Worker::new("/bin/true".into()).extract(&file(b"x"), "a.txt", &Limits::default(), &|| false);
    assert!(matches!(silent, Err(WorkerError::Incomplete)), "{silent:?}");
}

#[test]
fn worker_that_hangs_is_ended() {
    let limits = Limits { time: Duration::ZERO, ..Limits::default() };
    for command in ["loop", "wait"] {
        let result = behave(command, "a.txt", &limits);
        assert!(matches!(result, Err(WorkerError::TimedOut(_))), "{command}: {result:?}");
    }
}

#[test]
fn worker_that_lingers_after_its_result_delays_nobody() {
    assert!(behave("linger", "a.txt", &Limits::default()).is_ok());
}

#[test]
fn worker_is_ended_when_the_caller_cancels() {
    let questions = Cell::new(0);
    let is_cancelled = || {
        questions.set(questions.get() + 1);
        questions.get() == 2
    };
    let result = misbehaving().extract(&file(b"wait"), "a.txt", &Limits::default(), &is_cancelled);
    assert!(matches!(result, Err(WorkerError::Cancelled)), "{result:?}");
    assert_eq!(questions.get(), 2);
}
