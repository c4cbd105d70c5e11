//! Killed at random: a large import and the making of vectors, again and again, until they are done.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;
use std::{fs, thread};

use alexandria_tests_crash::book;
use alexandria_tests_crash::extent::{is_exhaustive, tell};
use alexandria_tests_crash::seed::Chance;
use alexandria_tests_crash::state::State;
use alexandria_tests_crash::world::World;

const BOOKS: u32 = 500;

/// Runs the command and kills it when `is_time`, which is asked all the while. Returns whether it was killed before its
/// end.
fn kill_when(world: &World, arguments: &[&str], mut is_time: impl FnMut() -> bool) -> bool {
    let mut command = world.alexandria(arguments).unwrap();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !is_time() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

/// The titles in the library, each there once, after its check found nothing.
fn titles(world: &World) -> BTreeSet<String> {
    State::of(world).unwrap().books.into_keys().collect()
}

#[test]
fn an_import_killed_at_random_loses_and_doubles_nothing() {
    let rounds = if is_exhaustive() { 20 } else { 3 };
    let mut chance = Chance::new();
    tell(&format!("kills at random, ALEXANDRIA_SEED={}", chance.seed));
    let world = World::new().unwrap();
    for number in 0..BOOKS {
        fs::write(world.path("own").join(format!("book-{number}.md")), book::short(number)).unwrap();
    }
    let own = world.path("own");
    let import = ["import", own.to_str().unwrap()];
    let (mut known, mut kills) = (BTreeSet::new(), 0);
    for _ in 0..rounds {
        let files = || world.files("blobs").unwrap_or_default().len() as u64;
        // Somewhere in what is left, and a moment later, so that it is not always just after a file was renamed.
        let left = u64::from(BOOKS).saturating_sub(files());
        let (goal, pause) = (files() + chance.below(left / rounds + 1), chance.below(20_000));
        let killed = kill_when(&world, &import, || {
            let is_time = files() >= goal && world.library().is_dir();
            if is_time {
                thread::sleep(Duration::from_micros(pause));
            }
            is_time
        });
        kills += u32::from(killed);
        let now = titles(&world);
        assert!(now.is_superset(&known), "lost: {:?}", known.difference(&now));
        known = now;
    }
    let last = world.run(&import).unwrap();
    let counted = |name: &str| last[name].as_array().unwrap().len();
    assert_eq!(counted("refused"), 0, "{last}");
    assert_eq!(counted("imported") + counted("duplicates"), BOOKS as usize);
    assert_eq!(counted("duplicates"), known.len());
    let expected: BTreeSet<String> = (0..BOOKS).map(|number| format!("book-{number}")).collect();
    assert_eq!(titles(&world), expected);
    assert_eq!(world.files("blobs").unwrap().len(), BOOKS as usize, "an encrypted file is left of no publication");
    tell(&format!(
        "an import of {BOOKS} files: {kills} of {rounds} kills survived, {} books before the last",
        known.len()
    ));

    let mut kills = 0;
    for _ in 0..rounds {
        let before = world.files("index").unwrap().len();
        let pause = chance.below(50_000);
        kills += u32::from(kill_when(&world, &["import", "--wait", "semantic"], || {
            let is_time = world.files("index").unwrap_or_default().len() != before;
            if is_time {
                thread::sleep(Duration::from_micros(pause));
            }
            is_time
        }));
        assert_eq!(titles(&world), expected);
    }
    world.run(&["import", "--wait", "semantic"]).unwrap();
    let status = world.run(&["status"]).unwrap();
    assert_eq!(status["coverage"]["semantic"], BOOKS, "{status}");
    assert_eq!(titles(&world), expected);
    tell(&format!("embedding: {kills} of {rounds} kills survived"));
}
