//! Random scripts: every store must give the answers of the model.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{TestStore, command, model, postgres, sqlite};

/// Operations with a number in place of each `{…}`, below the limit that stands there.
const TEMPLATES: &[&str] = &[
    "create {3} login{3} device={3} quota={3}00",
    "create {3} login{3} invitation={2}",
    "create {3} login{3} identity=i/{2}",
    "account {3}",
    "login login{3}",
    "link {3} i/{2}",
    "accounts - 5",
    "password {3} {4} {3}",
    "put-keys {3} {4} {3}",
    "keys {3}",
    "disable {3}",
    "enable {3}",
    "quota {3} {9}0",
    "close {3} {9}00",
    "restore {3}",
    "put-device {3} {4} {5} 3",
    "devices {3}",
    "device {3} {4}",
    "device-log {3}",
    "revoke {3} {4} {5}",
    "revoke {3} {4} {5} 0:{3}:{3}",
    "open {3} {3} {4} {5} {9}000",
    "token {5}",
    "end {3} {3}",
    "end-all {3} {3}",
    "at {9}000 sessions {3}",
    "at {9}000 expire-sessions {3}",
    "put-factor {3} {3} totp label {5}",
    "step {3} {3} {6}",
    "factors {3}",
    "codes {3} {3} {3}",
    "code {3} {3}",
    "push {3} {3}:0:{5} {3}:0:{5}",
    "push {3} {3}:0:{5}:{3}:{3}",
    "push {3} max=6/55 {3}:{2}:{4} {3}:{2}:{4} {3}:{2}:{4}",
    "pull {3} {6} {4} {9}9",
    "pull {3} - 9 1000",
    "heads {3}",
    "log-end {3}",
    "renew {3} {3}",
    "usage {3}",
    "ensure {3} {3} {9} 4 o{9} bytes=20 blobs=3 unfinished=2",
    "ensure {3} {3} {9} 4 o{9} key={3}",
    "ensure {3} {3} 8 4 o{9} digest={2}",
    "at {9}000 ensure {3} {3} 8 4 o{9}",
    "part {3} {3} o{9} {3}",
    "commit {3} {3} bytes=10",
    "delete {3} {3}",
    "blobs {3} - 9",
    "at 9000 expire-blobs {9}000 {9}000 {3}",
    "dropped 0 9",
    "forget {3} o{9}",
    "objects - 9",
    "snapshot {3} {4} {3} 0:0:{4}",
    "snapshot {3} {4} {3} 0:0:{4} 1:0:{4}",
    "commit-snapshot {3} {4}",
    "snapshots {3}",
    "prune {3} {3}",
    "enrol {3} {2} {9}00",
    "update {3} {2} {3} {3}",
    "at {9}00 expire-enrolments {3}",
    "event {3} kind {3}",
    "events {3} {4} 3",
    "at {9}00 enqueue k{2} {3} {9}00 1",
    "at {9}00000 take",
    "jobs 9",
    "invite {2} {3} {9}000",
    "at {9}000 invitation {2}",
    "uninvite {2}",
    "at {9}00 erase {3}",
    "at {9}00 due 9",
    "to-erase {3} 9",
];

fn operation() -> impl Strategy<Value = String> {
    (0..TEMPLATES.len(), proptest::collection::vec(any::<u32>(), 9)).prop_map(|(template, numbers)| {
        let mut numbers = numbers.into_iter();
        let mut text = String::new();
        for piece in TEMPLATES[template].split_inclusive('}') {
            let Some((before, limit)) = piece.trim_end_matches('}').split_once('{') else {
                text.push_str(piece);
                continue;
            };
            let limit: u32 = limit.parse().unwrap();
            text.push_str(before);
            text.push_str(&(numbers.next().unwrap_or_default() % limit).to_string());
        }
        text
    })
}

/// What most scripts need before anything can happen.
const BEGINNING: &[&str] = &[
    "create 0 login0 device=0",
    "create 1 login1 device=0",
    "push 0 0:0:1 0:0:2 0:0:3 0:0:4",
    "ensure 0 0 8 4 o0",
    "part 0 0 o0 0",
    "part 0 0 o0 1",
    "commit 0 0",
];

async fn first_difference(script: &[String], store: &TestStore) -> Option<String> {
    let model = model();
    let beginning = BEGINNING.iter().map(|operation| (*operation).to_owned());
    for (index, operation) in beginning.chain(script.iter().cloned()).enumerate() {
        let expect = command::run(&*model.store, &operation).await;
        let answer = command::run(&*store.store, &operation).await;
        if expect != answer {
            return Some(format!(
                "{}: operation {index}: {operation}\n  model {expect}\n  answer {answer}\n{script:#?}",
                store.name
            ));
        }
    }
    None
}

/// Operations of a script.
const OPERATIONS: std::ops::Range<usize> = 30..120;

fn scripts(default: u32, exhaustive: u32) -> impl Iterator<Item = Vec<String>> {
    let count = if std::env::var_os("ALEXANDRIA_EXHAUSTIVE").is_some() { exhaustive } else { default };
    let seed: [u8; 32] = crate::random::bytes().unwrap();
    println!("seed: {seed:?}");
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(move |_| proptest::collection::vec(operation(), OPERATIONS).new_tree(&mut runner).unwrap().current())
}

/// Row 25: equal answers and equal errors.
#[tokio::test]
async fn sqlite_answers_random_scripts_as_the_model() {
    for script in scripts(24, 20_000) {
        let difference = first_difference(&script, &sqlite()).await;
        assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }
}

/// Row 25: equal answers and equal errors.
#[tokio::test]
async fn postgres_answers_random_scripts_as_the_model() {
    let Some((store, database)) = postgres(2).await else { return };
    for script in scripts(24, 20_000) {
        database.clear().await;
        let difference = first_difference(&script, &store).await;
        assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }
}
