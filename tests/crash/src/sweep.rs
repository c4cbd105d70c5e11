//! The loop over N: an operation is tried with a fault at its first call, at its second, and so on until it ends before
//! any is hit. After each try the library is looked at, the operation is done again, and the library looked at again.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use alexandria_tests_support::is_exhaustive;
use anyhow::{Context, ensure};

use crate::inject::{self, Fault};
use crate::sandbox::{Sandbox, error_code, told};
use crate::state::State;

/// Faults at a kind in a quick run.
const SAMPLE: u64 = 4;
/// Tries at once.
const AT_ONCE: usize = 2;

/// Something a reader does to a library.
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Operation<'a> {
    /// Its name in messages.
    pub name: &'a str,
    /// The library it is done to, which is copied for each try.
    pub template: &'a Sandbox,
    /// The command that does it.
    pub act: &'a (dyn Fn(&Sandbox) -> anyhow::Result<Command> + Sync),
    /// The folder it works in: calls on files below are hit.
    pub place: fn(&Sandbox) -> PathBuf,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Tally {
    /// Runs that ended before anything could be hit.
    pub untouched: AtomicU64,
    /// Calls that were made to fail.
    pub failed: AtomicU64,
    /// Processes that were killed, after each of which everything was in order.
    pub killed: AtomicU64,
}

/// Tries the operation with every kind of fault at every call, or at some spread over all of them.
///
/// # Errors
/// Says after which faults something was not in order, and what.
pub fn sweep(operation: &Operation<'_>) -> anyhow::Result<Tally> {
    let tally = Tally::default();
    let before = State::of(operation.template).context("the template is not in order")?;
    let mut wrong = Vec::new();
    for fault in Fault::ALL {
        let sandbox = operation.template.copy()?;
        let whole = inject::run(&(operation.act)(&sandbox)?, fault, 0, &(operation.place)(&sandbox))?;
        ensure!(whole.output.status.success(), "it fails by itself: {}", told(&whole.output));
        let after = State::of(&sandbox).context("it leaves disorder by itself")?;
        let points = Points::new(fault, whole.calls);
        wrong.extend(points.try_all(|at| attempt(operation, fault, at, &before, &after, &tally)));
    }
    ensure!(wrong.is_empty(), "{}:\n{}", operation.name, wrong.join("\n"));
    Ok(tally)
}

/// The calls to hit.
struct Points {
    /// Those of a sample; empty for all.
    sample: Vec<u64>,
    next: AtomicU64,
}

impl Points {
    fn new(fault: Fault, calls: u64) -> Self {
        // The kinds of fault take turns, so that together they hit more places.
        let shift = fault as u64;
        let kinds = Fault::ALL.len() as u64;
        let spread = |n: u64| 1 + (n * kinds + shift) * calls / (SAMPLE * kinds);
        let sample = if is_exhaustive() { Vec::new() } else { (0..SAMPLE.min(calls)).map(spread).collect() };
        Self { sample, next: AtomicU64::new(0) }
    }

    /// The next call; `None` at the end of a sample. Without a sample there is no end.
    fn next(&self) -> Option<u64> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        if is_exhaustive() { Some(next + 1) } else { self.sample.get(usize::try_from(next).ok()?).copied() }
    }

    /// Tries all until one hits nothing. Returns what went wrong.
    fn try_all(&self, attempt: impl Fn(u64) -> anyhow::Result<bool> + Sync) -> Vec<String> {
        let wrong = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(at) = self.next() {
                        match attempt(at) {
                            Ok(true) => {}
                            Ok(false) => break,
                            Err(error) => {
                                wrong.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{error:#}"));
                            }
                        }
                    }
                });
            }
        });
        wrong.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One try. Returns whether a call was hit.
fn attempt(
    operation: &Operation<'_>,
    fault: Fault,
    at: u64,
    before: &State,
    after: &State,
    tally: &Tally,
) -> anyhow::Result<bool> {
    let sandbox = operation.template.copy()?;
    let run = inject::run(&(operation.act)(&sandbox)?, fault, at, &(operation.place)(&sandbox))?;
    let place = || format!("{} {at}, at {}", fault.name(), run.at);
    let output = &run.output;
    if output.status.success() {
        let seen = State::of(&sandbox).with_context(place)?;
        ensure!(seen == *after, "{}: acknowledged, but the library holds {seen:?}", place());
    } else {
        if fault != Fault::Kill {
            ensure!(is_answer(output), "{}: no clear answer: {}", place(), told(output));
        }
        // A copy is looked at: whoever opens a library mends what was left, and here that is the next try's to do.
        let seen = State::of(&sandbox.copy()?).with_context(place)?;
        seen.is_between(before, after).with_context(place)?;
        repeat(operation, &sandbox, after, seen == *after).with_context(place)?;
    }
    match (fault, run.hit) {
        (_, 0) => tally.untouched.fetch_add(1, Ordering::Relaxed),
        (Fault::Kill, _) => tally.killed.fetch_add(1, Ordering::Relaxed),
        (_, hit) => tally.failed.fetch_add(hit, Ordering::Relaxed),
    };
    Ok(run.hit > 0)
}

/// Does the operation again, undisturbed. If it `was_done` already, it may find nothing left to do, or another passphrase.
fn repeat(operation: &Operation<'_>, sandbox: &Sandbox, after: &State, was_done: bool) -> anyhow::Result<()> {
    let output = (operation.act)(sandbox)?.output()?;
    let nothing_left = was_done && matches!(error_code(&output).as_deref(), Some("not-found" | "wrong-passphrase"));
    ensure!(output.status.success() || nothing_left, "it cannot be repeated: {}", told(&output));
    let seen = State::of(sandbox).context("repeated")?;
    ensure!(seen == *after, "repeated, it leaves {seen:?}");
    let files = sandbox.files("blobs")?;
    ensure!(files.iter().eq(&seen.ids), "repeated, it leaves the files {files:?} for the publications {:?}", seen.ids);
    Ok(())
}

/// Whether a failure was told: an error with a code that is not our own fault, or a report of refused files.
fn is_answer(output: &std::process::Output) -> bool {
    const SOME_REFUSED: i32 = 5;
    match output.status.code() {
        Some(SOME_REFUSED) => !output.stdout.is_empty(),
        Some(_) => error_code(output).is_some_and(|code| code != "internal" && code != "unknown"),
        None => false,
    }
}
