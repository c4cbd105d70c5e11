//! Tries an operation with a fault at its first call, at its second, and so on, or at a random sample of them. After each
//! attempt the library is inspected, the operation is done again, and the library inspected again.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use alexandria_tests_support::{SeededRng, is_exhaustive};
use anyhow::{Context, ensure};

use crate::inject::{self, Fault};
use crate::sandbox::{Sandbox, describe, error_code};
use crate::state::State;

/// Calls that are hit for each kind of fault in a sample.
const SAMPLE_SIZE: u64 = 4;
/// Attempts that run at the same time.
const PARALLEL_ATTEMPTS: usize = 2;
/// Failed attempts after which the sweep of a fault ends: what fails that often fails always.
const MAX_FAILURES: usize = 10;

/// Something a reader does to a library.
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct Operation<'a> {
    /// Its name in messages.
    pub name: &'a str,
    /// The library before it, which is copied for each attempt.
    pub template: &'a Sandbox,
    /// The command that does it.
    pub command: &'a (dyn Fn(&Sandbox) -> anyhow::Result<Command> + Sync),
    /// The folder it works in: calls on files below are hit.
    pub folder: fn(&Sandbox) -> PathBuf,
}

/// What the faults of a sweep did.
#[derive(Debug, Default)]
pub struct Tally {
    /// Runs that ended before the call that was to be hit.
    pub unreached: AtomicU64,
    /// Calls that failed.
    pub failed: AtomicU64,
    /// Kills after which everything was in order.
    pub killed: AtomicU64,
}

/// Tries the operation with every kind of fault, at every call or at a sample of calls that `rng` draws.
///
/// # Errors
/// Lists the faults after which something was not in order, and what.
pub fn sweep(operation: &Operation<'_>, rng: &mut SeededRng) -> anyhow::Result<Tally> {
    let tally = Tally::default();
    let before = State::of(operation.template).context("the template is not in order")?;
    let mut failures = Vec::new();
    for fault in Fault::ALL {
        let sandbox = operation.template.copy()?;
        let complete = inject::run(&(operation.command)(&sandbox)?, fault, 0, &(operation.folder)(&sandbox))?;
        ensure!(complete.output.status.success(), "it fails without a fault: {}", describe(&complete.output));
        let after = State::of(&sandbox).context("the library is not in order after it, without a fault")?;
        let calls = if is_exhaustive() { CallsToHit::all() } else { CallsToHit::sample(complete.calls, rng) };
        failures.extend(calls.try_each(|call| attempt(operation, fault, call, &before, &after, &tally)));
    }
    ensure!(failures.is_empty(), "{}:\n{}", operation.name, failures.join("\n"));
    Ok(tally)
}

/// The numbers of the calls to hit, from 1, handed out to several threads.
struct CallsToHit {
    /// Nothing for every call, without an end.
    sample: Option<Vec<u64>>,
    next: AtomicUsize,
}

impl CallsToHit {
    const fn all() -> Self {
        Self { sample: None, next: AtomicUsize::new(0) }
    }

    /// One random call of each of [`SAMPLE_SIZE`] equal sections of an operation of so many calls.
    fn sample(calls: u64, rng: &mut SeededRng) -> Self {
        let sections = SAMPLE_SIZE.min(calls);
        let begin = |section: u64| section * calls / sections;
        let call = |section| 1 + begin(section) + rng.below(begin(section + 1) - begin(section));
        Self { sample: Some((0..sections).map(call).collect()), next: AtomicUsize::new(0) }
    }

    fn next(&self) -> Option<u64> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        match &self.sample {
            Some(sample) => sample.get(next).copied(),
            None => Some(next as u64 + 1),
        }
    }

    /// Makes an attempt at each call until one reports that nothing was hit, or too many have failed. Returns what failed.
    fn try_each(&self, attempt: impl Fn(u64) -> anyhow::Result<bool> + Sync) -> Vec<String> {
        let failures = Mutex::new(Vec::new());
        let failures_of = || failures.lock().unwrap_or_else(PoisonError::into_inner);
        std::thread::scope(|scope| {
            for _ in 0..PARALLEL_ATTEMPTS {
                scope.spawn(|| {
                    while let Some(call) = self.next().filter(|_| failures_of().len() < MAX_FAILURES) {
                        match attempt(call) {
                            Ok(true) => {}
                            Ok(false) => break,
                            Err(error) => failures_of().push(format!("{error:#}")),
                        }
                    }
                });
            }
        });
        failures.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One attempt. Returns whether a call was hit.
fn attempt(
    operation: &Operation<'_>,
    fault: Fault,
    call: u64,
    before: &State,
    after: &State,
    tally: &Tally,
) -> anyhow::Result<bool> {
    let sandbox = operation.template.copy()?;
    let run = inject::run(&(operation.command)(&sandbox)?, fault, call, &(operation.folder)(&sandbox))?;
    let at = || format!("{} {call}, at {}", fault.name(), run.first_hit);
    let output = &run.output;
    if output.status.success() {
        let seen = State::of(&sandbox).with_context(at)?;
        ensure!(seen == *after, "{}: acknowledged, but the library holds {seen:?}", at());
    } else {
        if fault != Fault::Kill {
            ensure!(is_clear_error(output), "{}: no clear error: {}", at(), describe(output));
        }
        // A copy is inspected: opening a library repairs what was left behind, and that is up to the next run here.
        let seen = State::of(&sandbox.copy()?).with_context(at)?;
        seen.is_between(before, after).with_context(at)?;
        repeat(operation, &sandbox, after, seen == *after).with_context(at)?;
    }
    match (fault, run.hit) {
        (_, 0) => tally.unreached.fetch_add(1, Ordering::Relaxed),
        (Fault::Kill, _) => tally.killed.fetch_add(1, Ordering::Relaxed),
        (_, hit) => tally.failed.fetch_add(hit, Ordering::Relaxed),
    };
    Ok(run.hit > 0)
}

/// Does the operation again, without a fault. If it `was_done` already, it may find nothing to do, or another passphrase.
fn repeat(operation: &Operation<'_>, sandbox: &Sandbox, after: &State, was_done: bool) -> anyhow::Result<()> {
    let output = (operation.command)(sandbox)?.output()?;
    let nothing_to_do = was_done && matches!(error_code(&output).as_deref(), Some("not-found" | "wrong-passphrase"));
    ensure!(output.status.success() || nothing_to_do, "it cannot be repeated: {}", describe(&output));
    let seen = State::of(sandbox).context("repeated")?;
    ensure!(seen == *after, "repeated, it leaves {seen:?}");
    let files = sandbox.files("blobs")?;
    ensure!(files.iter().eq(&seen.ids), "repeated, it leaves the files {files:?} for the publications {:?}", seen.ids);
    Ok(())
}

/// Whether a failure was reported: an error with a code other than those for bugs, or a list of refused files.
fn is_clear_error(output: &Output) -> bool {
    const SOME_REFUSED: i32 = 5;
    match output.status.code() {
        Some(SOME_REFUSED) => !output.stdout.is_empty(),
        Some(_) => error_code(output).is_some_and(|code| code != "internal" && code != "unknown"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(calls: u64, seed: u64) -> Vec<u64> {
        CallsToHit::sample(calls, &mut SeededRng::from_seed(seed)).sample.unwrap_or_default()
    }

    #[test]
    fn sample_has_one_call_of_each_section() {
        for seed in 0..50 {
            for (section, call) in (0..).zip(sample(100, seed)) {
                assert!((section * 25 + 1..=section * 25 + 25).contains(&call), "seed {seed}: {call}");
            }
        }
        assert_eq!(sample(3, 1), [1, 2, 3]);
        assert!(sample(0, 1).is_empty());
    }

    #[test]
    fn sample_differs_between_seeds_and_repeats_with_one() {
        assert_eq!(sample(1000, 7), sample(1000, 7));
        assert_ne!(sample(1000, 7), sample(1000, 8));
    }

    /// Calls that are attempted, and failures, where calls from `end` on hit nothing and `fails` says which attempts fail.
    fn check(
        calls: &CallsToHit,
        end: u64,
        fails: fn(u64) -> bool,
        attempts: std::ops::RangeInclusive<u64>,
        failures: usize,
    ) {
        let attempted = AtomicU64::new(0);
        let failed = calls.try_each(|call| {
            attempted.fetch_add(1, Ordering::Relaxed);
            ensure!(!fails(call), "failed at {call}");
            Ok(call < end)
        });
        assert!(attempts.contains(&attempted.into_inner()), "{failed:?}");
        assert_eq!(failed.len(), failures, "{failed:?}");
    }

    #[test]
    fn exhaustive_sweep_ends_where_nothing_is_hit() {
        check(&CallsToHit::all(), 30, |_| false, 30..=31, 0);
        check(&CallsToHit::all(), 30, |call| call == 3, 30..=31, 1);
    }

    #[test]
    fn exhaustive_sweep_ends_on_a_persistent_error() {
        let most = (MAX_FAILURES + PARALLEL_ATTEMPTS) as u64;
        let calls = CallsToHit::all();
        let failed = calls.try_each(|call| anyhow::bail!("failed at {call}"));
        assert!((MAX_FAILURES..=MAX_FAILURES + PARALLEL_ATTEMPTS).contains(&failed.len()), "{failed:?}");
        assert!(calls.next().is_some_and(|next| next <= most + PARALLEL_ATTEMPTS as u64 + 1));
    }

    #[test]
    fn sampled_sweep_attempts_every_call_of_its_sample() {
        let calls = CallsToHit::sample(100, &mut SeededRng::from_seed(1));
        check(&calls, u64::MAX, |_| false, SAMPLE_SIZE..=SAMPLE_SIZE, 0);
    }
}
