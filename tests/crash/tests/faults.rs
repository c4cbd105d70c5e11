//! Every operation that changes a library, refused or killed at its system calls.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail, and tells its figures")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;

use alexandria_tests_crash::inject;
use alexandria_tests_crash::sandbox::{NEW_PASSPHRASE, PASSPHRASE, Sandbox};
use alexandria_tests_crash::sweep::{Operation, sweep};
use alexandria_tests_support::{self as support, Requirement, is_exhaustive, note, skip};

/// A library with two books that are found by words and by meaning, one that waits for its vectors, and one in the bin.
fn shelf() -> Sandbox {
    let sandbox = Sandbox::new().unwrap();
    let import = |numbers: std::ops::Range<u32>, wait: &[&str]| {
        let books: Vec<_> = numbers.map(|number| sandbox.write_book(number).unwrap()).collect();
        let paths: Vec<&str> = books.iter().map(|path| path.to_str().unwrap()).collect();
        sandbox.run(&[&["import"], paths.as_slice(), wait].concat()).unwrap();
    };
    import(1..4, &["--wait", "semantic"]);
    sandbox.run(&["remove", &id_of(&sandbox, "Book 3")]).unwrap();
    import(4..5, &[]);
    sandbox.write_book(5).unwrap();
    sandbox.write_book(6).unwrap();
    sandbox
}

/// The id of the publication of that title, on the shelf or in the bin.
fn id_of(sandbox: &Sandbox, title: &str) -> String {
    let listed = [sandbox.run(&["list"]).unwrap(), sandbox.run(&["list", "--bin"]).unwrap()];
    let mut books = listed.iter().flat_map(|list| list.as_array().unwrap());
    books.find(|book| book["title"] == title).unwrap()["id"].as_str().unwrap().to_owned()
}

fn check(name: &str, template: &Sandbox, act: impl Fn(&Sandbox) -> anyhow::Result<Command> + Sync) {
    check_in(Sandbox::library, name, template, act);
}

/// The same of an operation that works in another folder than the library's.
fn check_in(
    place: fn(&Sandbox) -> PathBuf,
    name: &str,
    template: &Sandbox,
    act: impl Fn(&Sandbox) -> anyhow::Result<Command> + Sync,
) {
    if let Some(obstacle) = inject::obstacle() {
        skip(Requirement::Tracing, &format!("{name} was not interrupted: {obstacle}"));
        return;
    }
    let tally = sweep(&Operation { name, template, act: &act, place }).unwrap();
    let [failed, killed, untouched] =
        [&tally.failed, &tally.killed, &tally.untouched].map(|count| count.load(Ordering::Relaxed));
    let extent = if is_exhaustive() { "at every call" } else { "at a sample of calls" };
    note(&format!("{name}, {extent}: {failed} calls failed, {killed} kills survived, {untouched} runs not hit"));
    assert!(failed > 0 && killed > 0, "nothing was hit");
}

fn own(sandbox: &Sandbox, number: u32) -> String {
    sandbox.path("own").join(format!("book-{number}.md")).to_string_lossy().into_owned()
}

/// Makes the library, its database and its index.
#[test]
fn the_first_import() {
    let sandbox = Sandbox::new().unwrap();
    sandbox.write_book(5).unwrap();
    check("the first import", &sandbox, |sandbox| {
        sandbox.alexandria(&["import", &own(sandbox, 5), "--wait", "semantic"])
    });
}

#[test]
fn an_import() {
    check("an import", &shelf(), |sandbox| sandbox.alexandria(&["import", &own(sandbox, 5), &own(sandbox, 6)]));
}

#[test]
fn embedding() {
    check("embedding", &shelf(), |sandbox| sandbox.alexandria(&["import", "--wait", "semantic"]));
}

#[test]
fn removing() {
    let shelf = shelf();
    let id = id_of(&shelf, "Book 1");
    check("removing", &shelf, |sandbox| sandbox.alexandria(&["remove", &id]));
}

#[test]
fn restoring() {
    let shelf = shelf();
    let id = id_of(&shelf, "Book 3");
    check("restoring", &shelf, |sandbox| sandbox.alexandria(&["put-back", &id]));
}

/// Text, file and vectors go, and the index is compacted.
#[test]
fn deleting_for_good() {
    let shelf = shelf();
    let id = id_of(&shelf, "Book 1");
    check("deleting for good", &shelf, |sandbox| sandbox.alexandria(&["remove", &id, "--forever"]));
}

#[test]
fn a_setting() {
    check("a setting", &shelf(), |sandbox| sandbox.look(PASSPHRASE, &["set", "theme", "sepia"]));
}

/// The old passphrase opens the library or the new one, never neither.
#[test]
fn a_new_passphrase() {
    check("a new passphrase", &shelf(), |sandbox| {
        let new = sandbox.path(NEW_PASSPHRASE);
        sandbox.alexandria(&["protect", "passphrase", "--new-passphrase-file", &new.to_string_lossy()])
    });
}

#[test]
fn a_new_key() {
    check("a new key", &shelf(), |sandbox| sandbox.alexandria(&["protect", "rotate"]));
}

/// The oldest library there is, in the schema of its time: that of a backup. It is written file by file in a folder
/// beside, opened there, migrated if there is a newer schema, and put in place.
#[test]
fn restoring_the_first_backup() {
    let sandbox = Sandbox::new().unwrap();
    std::fs::write(sandbox.path(PASSPHRASE), support::PASSPHRASE).unwrap();
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/backup/v1.alexandria-backup");
    let beside = |sandbox: &Sandbox| sandbox.path(".library.alexandria-restoring");
    check_in(beside, "restoring the first backup", &sandbox, |sandbox| {
        sandbox.alexandria(&["restore", &first.to_string_lossy()])
    });
}
