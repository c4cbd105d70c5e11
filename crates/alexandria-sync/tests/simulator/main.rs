//! The simulator: devices, a server and a network with faults, driven by plans that can be replayed line by line.
//!
//! `ALEXANDRIA_SIMULATOR_SECONDS` says for how long random plans are run (20 s by default), and `ALEXANDRIA_SIMULATOR_SEED` with which
//! seed. A plan that fails is made shorter and written to the temporary folder; committed to `tests/plans/`, it is run in
//! every test from then on. Invariants are numbered as in the decision record 0028.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its setup fails")]

mod actions;
mod check;
mod crypto;
mod device;
mod disk;
mod plan;
mod random;
mod run;
mod server;
mod simulation;

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::disk::Bug;
use crate::plan::Step;
use crate::random::Random;
use crate::run::{run, shrink};
use crate::server::Bugs;

const STEPS: usize = 250;

fn random_plan(seed: u64) -> Vec<Step> {
    let mut random = Random(seed);
    plan::generate(&mut random, STEPS)
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Fails with a short plan that fails.
fn fail(seed: u64, plan: &[Step], what: &str) -> ! {
    let short = shrink(plan, |plan| run(plan, None, Bugs::default()).is_err());
    let why = run(&short, None, Bugs::default()).err().unwrap_or_default();
    let lines = plan::to_lines(&short);
    let path = std::env::temp_dir().join(format!("alexandria-plan-{seed:016x}.jsonl"));
    std::fs::write(&path, &lines).unwrap();
    panic!("seed {seed}: {what}\nshortened to {} steps ({}): {why}\n{lines}", short.len(), path.display());
}

/// Traps 4, 5, 6, 7, 8, 9 and 10, and invariants 1 to 6 and 11 to 14, under all faults at once.
#[test]
fn devices_agree_after_any_faults() {
    let seconds = setting("ALEXANDRIA_SIMULATOR_SECONDS").unwrap_or(20);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = setting("ALEXANDRIA_SIMULATOR_SEED").unwrap_or(u64::from(since.subsec_nanos()) ^ since.as_secs() << 30);
    println!("seed {first}");
    let (end, mut seeds) = (Instant::now() + Duration::from_secs(seconds), Random(first));
    let (mut plans, mut steps, mut rounds, mut records, mut snapshots, mut loaded) = (0, 0, 0, 0, 0, 0);
    while Instant::now() < end {
        // The first plan's seed is the one that is printed, so a failure is repeated by giving its seed.
        let seed = if plans == 0 { first } else { seeds.next() };
        let plan = random_plan(seed);
        match run(&plan, None, Bugs::default()) {
            Ok(report) => {
                plans += 1;
                steps += report.steps;
                rounds = rounds.max(report.rounds);
                records += report.records;
                snapshots += report.snapshots;
                loaded += report.loaded;
            }
            Err(what) => fail(seed, &plan, &what),
        }
    }
    println!(
        "{plans} plans, {steps} device-steps, {records} records, {snapshots} snapshots, loaded {loaded} times; all devices agreed within {rounds} rounds"
    );
}

#[test]
fn committed_plans_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut plans = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let plan = plan::from_lines(&std::fs::read_to_string(&path).unwrap());
            if let Err(what) = run(&plan, None, Bugs::default()) {
                panic!("{}: {what}", path.display());
            }
            plans += 1;
        }
    }
    assert!(plans > 0);
}

/// The simulator can fail: each bug is found within a few hundred plans.
#[test]
fn bugs_are_found() {
    let late_commit = Bugs { late_commit: true };
    let cases = [
        ("the outbox is cleared by field", Some(Bug::OutboxByField), Bugs::default()),
        ("a record is sealed again after a crash", Some(Bug::SealAgain), Bugs::default()),
        ("a transaction is torn", Some(Bug::TornTransaction), Bugs::default()),
        ("unknown ops are dropped", Some(Bug::DropUnknown), Bugs::default()),
        ("a record is sent before it is stored", Some(Bug::SendFirst), Bugs::default()),
        ("records of others are not kept", Some(Bug::ForgetOthers), Bugs::default()),
        ("quarantined records are not kept", Some(Bug::ForgetQuarantine), Bugs::default()),
        ("a position shows late", None, late_commit),
    ];
    for (name, bug, bugs) in cases {
        let found = (1..400).find_map(|seed| run(&random_plan(seed), bug, bugs).err().map(|what| (seed, what)));
        let (seed, what) = found.unwrap_or_else(|| panic!("not found: {name}"));
        println!("{name}: found by plan {seed}: {what}");
    }
}
