//! What the command says and how it ends, where that is not one library operation's own business.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

mod support;
#[cfg(target_os = "linux")]
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::support::World;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The value of a member of each object in a list.
fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|object| object[member].as_str().unwrap()).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn an_import_tells_what_it_did_when_the_vectors_cannot_be_made() {
    let world = World::new();
    fs::create_dir_all(world.path("books/deep")).unwrap();
    world.write("books/deep/new.txt", "A book that was not there yet.");
    world.write("books/deep/picture.png", "no book");
    let books = world.path("books");
    let mut import = world.command(&["--json", "import", "--wait", "semantic", books.to_str().unwrap()], "passphrase");
    let output = import.env("ALEXANDRIA_RUNTIME_DIR", world.path("no model")).output().unwrap();
    let report = json(&output.stdout);
    assert_eq!(each(&report["imported"], "name"), ["deep/new.txt"]);
    assert_eq!(each(&report["refused"], "name"), ["deep/picture.png"]);
    assert_eq!(report["searchability"], "exact", "it is what came of it, not what was asked for");
    assert_eq!(json(&output.stderr)["error"]["code"], "model-missing");
    assert_eq!(output.status.code(), Some(1), "the failure counts for more than the file that was refused");
}

#[test]
fn who_makes_a_library_is_told_how_it_is_protected() {
    let world = World::empty();
    let book = world.path("book.txt");
    let import = ["--json", "import", book.to_str().unwrap()];
    let made = json(&world.run(&import, "passphrase").stdout)["made"].take();
    assert_eq!(made["opened_by"], "passphrase");
    assert_eq!(made["library"], world.path("library").to_str().unwrap());
    assert!(made["recovery_command"].as_str().unwrap().ends_with("protect recovery"), "{made}");
    assert!(json(&world.run(&import, "passphrase").stdout).get("made").is_none(), "it is told once");

    let world = World::empty();
    let output = world.run(&["import", world.path("book.txt").to_str().unwrap()], "passphrase");
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(note.contains("Only the passphrase opens it") && note.contains("protect recovery"), "{note}");
}

#[test]
fn a_backup_without_a_book_says_so() {
    let world = World::new();
    let mut blobs = files_below(&world.path("library/blobs"));
    fs::remove_file(blobs.pop().unwrap()).unwrap();
    let file = world.path("backup");
    let output = world.run(&["backup", file.to_str().unwrap()], "passphrase");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(5), "{printed}");
    assert!(printed.lines().next().unwrap().contains("left out the files of 1 publication"), "{printed}");
    assert!(printed.contains("book"), "it is named: {printed}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("Not everything is in the backup"));
}

#[test]
fn a_command_that_is_not_understood_says_so_in_the_form_that_was_asked_for() {
    let world = World::empty();
    for args in [&["--json", "nonsense"][..], &["list", "--nonsense", "--json"], &["search", "--json", "-harbour"]] {
        let told = json(world.fails(args, "passphrase", 2).as_bytes());
        assert_eq!(told["error"]["code"], "invalid-input", "{told}");
        assert!(!told["error"]["message"].as_str().unwrap().starts_with("error: "), "{told}");
    }
    assert!(world.fails(&["nonsense"], "passphrase", 2).starts_with("error: "));
    assert!(world.fails(&["show", "--", "--json"], "passphrase", 4).starts_with("alexandria: "));
}

/// It cannot be told, and is no reason for another failure.
#[test]
fn nobody_need_read_what_went_wrong() {
    let world = World::new();
    for args in [&["show", "ffff"][..], &["--json", "show", "ffff"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = world.command(args, "passphrase").stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(4), "{args:?}");
    }
}

#[test]
fn the_doctor_looks_at_what_does_not_open() {
    let check = |world: &World, expect: &[&str]| {
        world.write("wrong", "not the passphrase\n");
        let output = world.run(&["--json", "doctor"], "wrong");
        assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        let findings = json(&output.stdout);
        let broken: Vec<Value> =
            findings.as_array().unwrap().iter().filter(|found| found["state"] == "problem").cloned().collect();
        let broken = Value::Array(broken);
        let problems: Vec<&str> = each(&broken, "check").into_iter().filter(|check| *check != "model").collect();
        assert_eq!(problems, expect, "{findings}");
        for name in ["folder", "vault", "keychain", "model"] {
            assert!(each(&findings, "check").contains(&name), "{name}: {findings}");
        }
    };
    check(&World::empty(), &["library"]);
    let world = World::new();
    check(&world, &["library"]);
    for name in ["vault", "vault.prev"] {
        fs::write(world.path("library").join(name), "no vault").unwrap();
    }
    check(&world, &["vault", "library"]);
}

/// As out of a process substitution, or a password manager: it can be read only once.
#[cfg(unix)]
#[test]
fn a_passphrase_may_come_through_a_pipe() {
    use std::io::Write;
    use std::process::Stdio;
    let world = World::new();
    let code = world.path("code");
    let code = code.to_str().unwrap();
    let mut protect = world.command(&["protect", "recovery", "--write-to", code, "--confirm-file", code], "/dev/stdin");
    let mut child = protect.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"open sesame\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert!(world.done(&["list"], "code").contains("book"));
}

/// The command is at a step that does not end: it reads a passphrase from somebody who holds it back.
#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_the_command_at_once() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let world = World::empty();
    let pipe = world.path("slow");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut restore = world.command(&["restore", "backup"], "slow");
    let mut child = restore.stderr(Stdio::piped()).spawn().unwrap();
    // Opens when the command has opened the other end, and it listens for interrupts by then.
    let _held_back = fs::File::options().write(true).open(&pipe).unwrap();
    let kill = format!("kill -INT {}", child.id());
    let interrupt = || {
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    };
    interrupt();
    let mut said = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("once"), "{said}");
    assert!(child.try_wait().unwrap().is_none(), "the first one waits for the step");
    interrupt();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
