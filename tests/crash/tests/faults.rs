//! Every operation that changes a library, refused or killed at its system calls.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail, and tells its figures")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;

use alexandria_tests_crash::inject;
use alexandria_tests_crash::sweep::{Operation, sweep};
use alexandria_tests_crash::world::{NEW_PASSPHRASE, PASSPHRASE, World};
use alexandria_tests_stage::{self as stage, is_exhaustive, skip, tell};

/// A library with two books that are found by words and by meaning, one that waits for its vectors, and one in the bin.
fn shelf() -> World {
    let world = World::new().unwrap();
    let import = |numbers: std::ops::Range<u32>, wait: &[&str]| {
        let books: Vec<_> = numbers.map(|number| world.write_book(number).unwrap()).collect();
        let paths: Vec<&str> = books.iter().map(|path| path.to_str().unwrap()).collect();
        world.run(&[&["import"], paths.as_slice(), wait].concat()).unwrap();
    };
    import(1..4, &["--wait", "semantic"]);
    world.run(&["remove", &id_of(&world, "Book 3")]).unwrap();
    import(4..5, &[]);
    world.write_book(5).unwrap();
    world.write_book(6).unwrap();
    world
}

/// The id of the publication of that title, on the shelf or in the bin.
fn id_of(world: &World, title: &str) -> String {
    let listed = [world.run(&["list"]).unwrap(), world.run(&["list", "--bin"]).unwrap()];
    let mut books = listed.iter().flat_map(|list| list.as_array().unwrap());
    books.find(|book| book["title"] == title).unwrap()["id"].as_str().unwrap().to_owned()
}

fn check(name: &str, template: &World, act: impl Fn(&World) -> anyhow::Result<Command> + Sync) {
    check_in(World::library, name, template, act);
}

/// The same of an operation that works in another folder than the library's.
fn check_in(
    place: fn(&World) -> PathBuf,
    name: &str,
    template: &World,
    act: impl Fn(&World) -> anyhow::Result<Command> + Sync,
) {
    if let Some(obstacle) = inject::obstacle() {
        skip(&format!("{name} was not disturbed: {obstacle}"));
        return;
    }
    let tally = sweep(&Operation { name, template, act: &act, place }).unwrap();
    let [failed, killed, untouched] =
        [&tally.failed, &tally.killed, &tally.untouched].map(|count| count.load(Ordering::Relaxed));
    let extent = if is_exhaustive() { "at every call" } else { "at a sample of calls" };
    tell(&format!("{name}, {extent}: {failed} calls failed, {killed} kills survived, {untouched} runs not hit"));
    assert!(failed > 0 && killed > 0, "nothing was hit");
}

fn own(world: &World, number: u32) -> String {
    world.path("own").join(format!("book-{number}.md")).to_string_lossy().into_owned()
}

/// Makes the library, its database and its index.
#[test]
fn the_first_import() {
    let world = World::new().unwrap();
    world.write_book(5).unwrap();
    check("the first import", &world, |world| world.alexandria(&["import", &own(world, 5), "--wait", "semantic"]));
}

#[test]
fn an_import() {
    check("an import", &shelf(), |world| world.alexandria(&["import", &own(world, 5), &own(world, 6)]));
}

#[test]
fn embedding() {
    check("embedding", &shelf(), |world| world.alexandria(&["import", "--wait", "semantic"]));
}

#[test]
fn removing() {
    let shelf = shelf();
    let id = id_of(&shelf, "Book 1");
    check("removing", &shelf, |world| world.alexandria(&["remove", &id]));
}

#[test]
fn restoring() {
    let shelf = shelf();
    let id = id_of(&shelf, "Book 3");
    check("restoring", &shelf, |world| world.alexandria(&["put-back", &id]));
}

/// Text, file and vectors go, and the index is compacted.
#[test]
fn deleting_for_good() {
    let shelf = shelf();
    let id = id_of(&shelf, "Book 1");
    check("deleting for good", &shelf, |world| world.alexandria(&["remove", &id, "--forever"]));
}

#[test]
fn a_setting() {
    check("a setting", &shelf(), |world| world.look(PASSPHRASE, &["set", "theme", "sepia"]));
}

/// The old passphrase opens the library or the new one, never neither.
#[test]
fn a_new_passphrase() {
    check("a new passphrase", &shelf(), |world| {
        let new = world.path(NEW_PASSPHRASE);
        world.alexandria(&["protect", "passphrase", "--new-passphrase-file", &new.to_string_lossy()])
    });
}

#[test]
fn a_new_key() {
    check("a new key", &shelf(), |world| world.alexandria(&["protect", "rotate"]));
}

/// The oldest library there is, in the schema of its time: that of a backup. It is written file by file in a folder
/// beside, opened there, migrated if there is a newer schema, and put in place.
#[test]
fn restoring_the_first_backup() {
    let world = World::new().unwrap();
    std::fs::write(world.path(PASSPHRASE), stage::PASSPHRASE).unwrap();
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/backup/v1.alexandria-backup");
    let beside = |world: &World| world.path(".library.alexandria-restoring");
    check_in(beside, "restoring the first backup", &world, |world| {
        world.alexandria(&["restore", &first.to_string_lossy()])
    });
}
