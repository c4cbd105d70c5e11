//! Output and exit codes of the command.
#![expect(clippy::unwrap_used, reason = "a test fails if its setup does")]

mod note;
mod order;
mod support;
#[cfg(target_os = "linux")]
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::support::TestHome;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The value of a field in each object of a list.
fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|object| object[field].as_str().unwrap()).collect()
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

#[test]
fn import_prints_its_report_when_embedding_fails() {
    let home = TestHome::new();
    fs::create_dir_all(home.path("books/deep")).unwrap();
    home.write("books/deep/new.txt", "A new book.");
    home.write("books/deep/picture.png", "no book");
    let books = home.path("books");
    let mut import = home.command(&["--json", "import", "--wait", "semantic", books.to_str().unwrap()], "passphrase");
    let output = import.env("ALEXANDRIA_RUNTIME_DIR", home.path("no model")).output().unwrap();
    let report = json(&output.stdout);
    assert_eq!(each(&report["imported"], "name"), ["deep/new.txt"]);
    assert_eq!(each(&report["refused"], "name"), ["deep/picture.png"]);
    assert_eq!(report["searchability"], "exact", "reports the result, not the request");
    assert_eq!(json(&output.stderr)["error"]["code"], "model-missing");
    assert_eq!(output.status.code(), Some(1), "the failure takes precedence over the rejected file");
}

#[test]
fn import_that_creates_a_library_says_how_it_is_protected() {
    let home = TestHome::empty();
    let book = home.path("book.txt");
    let import = ["--json", "import", book.to_str().unwrap()];
    let created = json(&home.run(&import, "passphrase").stdout)["made"].take();
    assert_eq!(created["opened_by"], "passphrase");
    assert_eq!(created["library"], home.path("library").to_str().unwrap());
    assert!(created["recovery_command"].as_str().unwrap().ends_with("protect recovery"), "{created}");
    assert!(json(&home.run(&import, "passphrase").stdout).get("made").is_none(), "only the first import creates it");

    let home = TestHome::empty();
    let output = home.run(&["import", home.path("book.txt").to_str().unwrap()], "passphrase");
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(note.contains("Only the passphrase unlocks it") && note.contains("protect recovery"), "{note}");
}

#[test]
fn incomplete_backup_names_the_missing_books_and_exits_5() {
    let home = TestHome::new();
    let mut blobs = files_under(&home.path("library/blobs"));
    fs::remove_file(blobs.pop().unwrap()).unwrap();
    let file = home.path("backup");
    let output = home.run(&["backup", file.to_str().unwrap()], "passphrase");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(5), "{printed}");
    assert!(printed.lines().next().unwrap().contains("without the files of 1 publication"), "{printed}");
    assert!(printed.contains("book"), "the title is listed: {printed}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("The backup is incomplete"));
}

#[test]
fn usage_errors_are_json_if_json_was_requested() {
    let home = TestHome::empty();
    for args in [&["--json", "nonsense"][..], &["list", "--nonsense", "--json"], &["search", "--json", "-harbour"]] {
        let printed = json(home.fails(args, "passphrase", 2).as_bytes());
        assert_eq!(printed["error"]["code"], "invalid-input", "{printed}");
        assert!(!printed["error"]["message"].as_str().unwrap().starts_with("error: "), "{printed}");
    }
    assert!(home.fails(&["nonsense"], "passphrase", 2).starts_with("error: "));
    assert!(home.fails(&["show", "--", "--json"], "passphrase", 4).starts_with("alexandria: "));
}

#[test]
fn closed_standard_error_does_not_change_the_exit_code() {
    let home = TestHome::new();
    for args in [&["show", "ffff"][..], &["--json", "show", "ffff"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = home.command(args, "passphrase").stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(4), "{args:?}");
    }
}

#[test]
fn doctor_checks_a_library_that_does_not_open() {
    let check = |home: &TestHome, expect: &[&str]| {
        home.write("wrong", "not the passphrase\n");
        let output = home.run(&["--json", "doctor"], "wrong");
        assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        let findings = json(&output.stdout);
        let problems: Vec<Value> =
            findings.as_array().unwrap().iter().filter(|finding| finding["state"] == "problem").cloned().collect();
        let problems = Value::Array(problems);
        let problems: Vec<&str> = each(&problems, "check").into_iter().filter(|check| *check != "model").collect();
        assert_eq!(problems, expect, "{findings}");
        for name in ["folder", "vault", "keychain", "model"] {
            assert!(each(&findings, "check").contains(&name), "{name}: {findings}");
        }
    };
    check(&TestHome::empty(), &["library"]);
    let home = TestHome::new();
    check(&home, &["library"]);
    for name in ["vault", "vault.prev"] {
        fs::write(home.path("library").join(name), "no vault").unwrap();
    }
    check(&home, &["vault", "library"]);
}

/// A document that opens with the password `open sesame` only; see `crates/alexandria-pdf/tests/document`.
const LOCKED: &[u8] = include_bytes!("../../alexandria-pdf/tests/document/password.pdf");

#[test]
fn import_reads_the_password_of_a_document_from_a_file() {
    let home = TestHome::new();
    fs::write(home.path("letters.pdf"), LOCKED).unwrap();
    home.write("wrong", "Open Sesame\n");
    let (document, right, wrong) = (home.path("letters.pdf"), home.path("passphrase"), home.path("wrong"));
    let [document, right, wrong] = [&document, &right, &wrong].map(|path| path.to_str().unwrap());
    let check = |password: &[&str], code: Option<&str>, exit: i32| {
        let arguments = [&["--json", "import", document], password].concat();
        let output = home.run(&arguments, "passphrase");
        let report = json(&output.stdout);
        assert_eq!(each(&report["refused"], "code"), code.into_iter().collect::<Vec<_>>(), "{password:?}");
        assert_eq!(output.status.code(), Some(exit), "{password:?}");
    };
    check(&[], Some("password-required"), 5);
    check(&["--password-file", wrong], Some("wrong-password"), 5);
    check(&["--password-file", right], None, 0);
    assert!(home.succeeds(&["list"], "passphrase").contains("The Sealed Harbour"));
    let missing = home.run(&["--json", "import", document, "--password-file", "/nowhere"], "passphrase");
    assert_eq!(json(&missing.stderr)["error"]["code"], "invalid-input");
}

#[test]
fn import_reads_the_password_of_a_document_from_standard_input() {
    use std::io::Write;
    use std::process::Stdio;
    let home = TestHome::new();
    fs::write(home.path("letters.pdf"), LOCKED).unwrap();
    let document = home.path("letters.pdf");
    let mut import = home.command(&["import", document.to_str().unwrap(), "--password-file", "-"], "passphrase");
    let mut child = import.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"open sesame\n").unwrap();
    assert!(child.wait().unwrap().success());
}

/// As with process substitution or a password manager, the passphrase can be read only once.
#[cfg(unix)]
#[test]
fn passphrase_file_can_be_a_pipe() {
    use std::io::Write;
    use std::process::Stdio;
    let home = TestHome::new();
    let code = home.path("code");
    let code = code.to_str().unwrap();
    let mut protect = home.command(&["protect", "recovery", "--write-to", code, "--confirm-file", code], "/dev/stdin");
    let mut child = protect.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"open sesame\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert!(home.succeeds(&["list"], "code").contains("book"));
}

/// The command is blocked in a step that does not end, reading a passphrase from a pipe.
#[cfg(unix)]
#[test]
fn second_interrupt_exits_at_once() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let home = TestHome::empty();
    let pipe = home.path("slow");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut restore = home.command(&["restore", "backup"], "slow");
    let mut child = restore.stderr(Stdio::piped()).spawn().unwrap();
    // Opening blocks until the command has opened the other end, after installing its signal handler.
    let _writer = fs::File::options().write(true).open(&pipe).unwrap();
    let kill = format!("kill -INT {}", child.id());
    let interrupt = || {
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    };
    interrupt();
    let mut note = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut note).unwrap();
    assert!(note.contains("again"), "{note}");
    assert!(child.try_wait().unwrap().is_none(), "the first interrupt waits for the step");
    interrupt();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
