//! Every operation that changes a library, with its system calls failing or the process killed at them.
#![expect(clippy::unwrap_used, reason = "a test stops where its setup fails")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;

use alexandria_tests_crash::inject;
use alexandria_tests_crash::sandbox::{NEW_PASSPHRASE, PASSPHRASE, Sandbox};
use alexandria_tests_crash::sweep::{Operation, sweep};
use alexandria_tests_support::{self as support, Requirement, SeededRng, is_exhaustive, note, skip};

/// A library with two books in exact and semantic search, one that has no vectors yet, and one in the bin.
fn filled_library() -> Sandbox {
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

fn check(name: &str, template: &Sandbox, command: impl Fn(&Sandbox) -> anyhow::Result<Command> + Sync) {
    check_in(Sandbox::library, name, template, command);
}

/// As [`check`], for an operation that works in another folder than the library's.
fn check_in(
    folder: fn(&Sandbox) -> PathBuf,
    name: &str,
    template: &Sandbox,
    command: impl Fn(&Sandbox) -> anyhow::Result<Command> + Sync,
) {
    if let Some(reason) = inject::unavailable_reason() {
        skip(Requirement::Tracing, &format!("no fault was injected into {name}: {reason}"));
        return;
    }
    let mut rng = SeededRng::new();
    // Before the sweep, so that it is there when the sweep fails or hangs.
    let extent =
        if is_exhaustive() { "every call".to_owned() } else { format!("a sample, ALEXANDRIA_SEED={}", rng.seed) };
    note(&format!("{name}: faults at {extent}"));
    let tally = sweep(&Operation { name, template, command: &command, folder }, &mut rng).unwrap();
    let [failed, killed, unreached] =
        [&tally.failed, &tally.killed, &tally.unreached].map(|count| count.load(Ordering::Relaxed));
    note(&format!("{name}: {failed} calls failed, {killed} kills survived, {unreached} runs ended before the call"));
    assert!(failed > 0 && killed > 0, "no call was hit");
}

fn own(sandbox: &Sandbox, number: u32) -> String {
    sandbox.path("own").join(format!("book-{number}.md")).to_string_lossy().into_owned()
}

/// Creates the library, its database and its index.
#[test]
fn first_import_survives_faults() {
    let sandbox = Sandbox::new().unwrap();
    sandbox.write_book(5).unwrap();
    check("the first import", &sandbox, |sandbox| {
        sandbox.alexandria(&["import", &own(sandbox, 5), "--wait", "semantic"])
    });
}

#[test]
fn import_survives_faults() {
    check("an import", &filled_library(), |sandbox| {
        sandbox.alexandria(&["import", &own(sandbox, 5), &own(sandbox, 6)])
    });
}

#[test]
fn embedding_survives_faults() {
    check("embedding", &filled_library(), |sandbox| sandbox.alexandria(&["import", "--wait", "semantic"]));
}

#[test]
fn removal_to_bin_survives_faults() {
    let template = filled_library();
    let id = id_of(&template, "Book 1");
    check("removal to the bin", &template, |sandbox| sandbox.alexandria(&["remove", &id]));
}

#[test]
fn restoring_from_bin_survives_faults() {
    let template = filled_library();
    let id = id_of(&template, "Book 3");
    check("restoring from the bin", &template, |sandbox| sandbox.alexandria(&["put-back", &id]));
}

/// Text, file and vectors are deleted, and the index is compacted.
#[test]
fn permanent_deletion_survives_faults() {
    let template = filled_library();
    let id = id_of(&template, "Book 1");
    check("permanent deletion", &template, |sandbox| sandbox.alexandria(&["remove", &id, "--forever"]));
}

#[test]
fn setting_change_survives_faults() {
    check("a setting change", &filled_library(), |sandbox| sandbox.inspect(PASSPHRASE, &["set", "theme", "sepia"]));
}

/// Afterwards either the old or the new passphrase opens the library.
#[test]
fn passphrase_change_survives_faults() {
    check("a passphrase change", &filled_library(), |sandbox| {
        let new = sandbox.path(NEW_PASSPHRASE);
        sandbox.alexandria(&["protect", "passphrase", "--new-passphrase-file", &new.to_string_lossy()])
    });
}

#[test]
fn key_rotation_survives_faults() {
    check("key rotation", &filled_library(), |sandbox| sandbox.alexandria(&["protect", "rotate"]));
}

/// The oldest backup, with the schema of its time. Its files are written to a sibling folder, opened and migrated there, and
/// the folder is then renamed.
#[test]
fn v1_backup_restore_survives_faults() {
    let sandbox = Sandbox::new().unwrap();
    std::fs::write(sandbox.path(PASSPHRASE), support::PASSPHRASE).unwrap();
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/backup/v1.alexandria-backup");
    let sibling = |sandbox: &Sandbox| sandbox.path(".library.alexandria-restoring");
    check_in(sibling, "restoring a v1 backup", &sandbox, |sandbox| {
        sandbox.alexandria(&["restore", &first.to_string_lossy()])
    });
}
