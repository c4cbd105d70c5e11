//! Kills at random times: a large import and embedding, repeated until they are done.
#![expect(clippy::unwrap_used, reason = "a test stops where its setup fails")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use alexandria_tests_crash::book;
use alexandria_tests_crash::sandbox::Sandbox;
use alexandria_tests_crash::state::State;
use alexandria_tests_support::{SeededRng, is_exhaustive, note};

const BOOKS: u32 = 500;

/// Runs the command and kills it once `is_time`, which is polled. Returns whether it was killed before its end; if it ended
/// by itself, it has to have succeeded. Its output is in the sandbox's file `printed`.
fn kill_when(sandbox: &Sandbox, arguments: &[&str], mut is_time: impl FnMut() -> bool) -> bool {
    let mut command = sandbox.alexandria(arguments).unwrap();
    // A file, because nobody reads a pipe meanwhile, and a full pipe would block the command.
    let printed = File::create(sandbox.path("printed")).unwrap();
    let mut child = command.stdout(printed).stderr(Stdio::null()).spawn().unwrap();
    while !is_time() {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{arguments:?}: {status}");
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

/// Ids of the publications that a command has acknowledged: in its log, which names each when it is committed, or in the
/// report at its end.
fn acknowledged(sandbox: &Sandbox) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let logs = sandbox.path("home/state/alexandria/logs");
    for log in fs::read_dir(logs).into_iter().flatten() {
        let text = fs::read_to_string(log.unwrap().path()).unwrap();
        // The kill may have interrupted the last line.
        let complete = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let imported = complete.lines().filter_map(|line| line.split_once("publication imported publication="));
        ids.extend(imported.map(|(_, id)| id.trim().to_owned()));
    }
    let printed = fs::read(sandbox.path("printed")).unwrap_or_default();
    if let Ok(report) = serde_json::from_slice::<serde_json::Value>(&printed) {
        let files = ["imported", "duplicates"].iter().flat_map(|name| report[name].as_array().unwrap());
        ids.extend(files.map(|file| file["id"].as_str().unwrap().to_owned()));
    }
    ids
}

/// The library, after its own check reported nothing and every publication was there once. A copy is inspected: opening a
/// library repairs what a kill left behind, and that is up to the next run here.
fn inspect(sandbox: &Sandbox) -> State {
    State::of(&sandbox.copy().unwrap()).unwrap()
}

fn titles(state: &State) -> BTreeSet<String> {
    state.books.keys().cloned().collect()
}

/// Imports, killed each time at a random moment after something was acknowledged. Returns how many kills hit a running
/// import, and the state after the last.
fn kill_imports(sandbox: &Sandbox, import: &[&str], rounds: u64, rng: &mut SeededRng) -> (u32, State) {
    let (mut known, mut kills) = (State::default(), 0);
    for _ in 0..rounds {
        let files = || sandbox.files("blobs").unwrap_or_default().len() as u64;
        let acknowledged_before = acknowledged(sandbox).len();
        // Somewhere in the rest, plus a moment, so that it is not always just after a rename.
        let remaining = u64::from(BOOKS).saturating_sub(files());
        let (goal, pause) = (files() + rng.below(remaining / rounds + 1), rng.below(20_000));
        let killed = kill_when(sandbox, import, || {
            let is_time = files() >= goal && acknowledged(sandbox).len() > acknowledged_before;
            if is_time {
                thread::sleep(Duration::from_micros(pause));
            }
            is_time
        });
        let now = inspect(sandbox);
        let lost: Vec<_> = acknowledged(sandbox).difference(&now.ids).cloned().collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        assert!(titles(&now).is_superset(&titles(&known)), "lost: {:?}", titles(&known).difference(&titles(&now)));
        kills += u32::from(killed && now.books.len() < BOOKS as usize);
        known = now;
    }
    (kills, known)
}

/// Embeds, killed each time at a random moment after something was written. Returns how many kills hit.
fn kill_embedding(sandbox: &Sandbox, rounds: u64, rng: &mut SeededRng, expected: &BTreeSet<String>) -> u32 {
    let mut kills = 0;
    for _ in 0..rounds {
        let before = sandbox.files("index").unwrap().len();
        let pause = rng.below(50_000);
        kills += u32::from(kill_when(sandbox, &["import", "--wait", "semantic"], || {
            let is_time = sandbox.files("index").unwrap_or_default().len() != before;
            if is_time {
                thread::sleep(Duration::from_micros(pause));
            }
            is_time
        }));
        assert_eq!(titles(&inspect(sandbox)), *expected);
    }
    kills
}

#[test]
fn killed_imports_lose_and_duplicate_nothing() {
    let rounds = if is_exhaustive() { 20 } else { 3 };
    let mut rng = SeededRng::new();
    note(&format!("kills at random times, ALEXANDRIA_SEED={}", rng.seed));
    let sandbox = Sandbox::new().unwrap();
    for number in 0..BOOKS {
        fs::write(sandbox.path("own").join(format!("book-{number}.md")), book::short(number)).unwrap();
    }
    let own = sandbox.path("own");
    let import = ["import", own.to_str().unwrap()];
    let (kills, known) = kill_imports(&sandbox, &import, rounds, &mut rng);
    assert!(kills > 0, "no kill hit a running import");
    let acknowledged_before = acknowledged(&sandbox).len();
    let last = sandbox.run(&import).unwrap();
    let counted = |name: &str| last[name].as_array().unwrap().len();
    assert_eq!(counted("refused"), 0, "{last}");
    assert_eq!(counted("imported") + counted("duplicates"), BOOKS as usize);
    assert_eq!(counted("duplicates"), known.books.len());
    let expected: BTreeSet<String> = (0..BOOKS).map(|number| format!("book-{number}")).collect();
    assert_eq!(titles(&inspect(&sandbox)), expected);
    assert_eq!(sandbox.files("blobs").unwrap().len(), BOOKS as usize, "an encrypted file belongs to no publication");
    note(&format!(
        "an import of {BOOKS} files: {kills} kills in {rounds} rounds, and none of {acknowledged_before} books that were \
         acknowledged before the last round was lost"
    ));

    let kills = kill_embedding(&sandbox, rounds, &mut rng, &expected);
    assert!(kills > 0, "no kill hit embedding");
    sandbox.run(&["import", "--wait", "semantic"]).unwrap();
    let status = sandbox.run(&["status"]).unwrap();
    assert_eq!(status["coverage"]["semantic"], BOOKS, "{status}");
    assert_eq!(titles(&inspect(&sandbox)), expected);
    note(&format!("embedding: {kills} of {rounds} kills survived"));
}
