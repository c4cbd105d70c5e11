//! A library under adverse conditions: each is reported with its own error code, and nothing is lost.
#![expect(clippy::unwrap_used, reason = "a test stops where its setup fails")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use alexandria_tests_crash::disk::Disk;
use alexandria_tests_crash::sandbox::{PASSPHRASE, Sandbox, describe, error_code};
use alexandria_tests_crash::state::State;
use alexandria_tests_support::{Requirement, skip, under};

const FAILED: i32 = 1;
const LOCKED: i32 = 3;
const SOME_REFUSED: i32 = 5;
const PROBLEM_FOUND: i32 = 6;

/// A sandbox whose library is on a separate disk, or `None` where none can be mounted. The disk is dropped first.
fn on_a_disk(bytes: u64) -> Option<(Disk, Sandbox)> {
    let sandbox = Sandbox::new().unwrap();
    let disk = Disk::mount(&sandbox.library(), bytes);
    if disk.is_none() {
        skip(Requirement::Root, "only root can mount a small disk");
    }
    Some((disk?, sandbox))
}

/// Imports the first `count` books and checks the library; returns how many it holds.
fn import(sandbox: &Sandbox, count: u32) -> usize {
    for number in 0..count {
        sandbox.write_book(number).unwrap();
    }
    sandbox.run(&["import", sandbox.path("own").to_str().unwrap(), "--wait", "exact"]).unwrap();
    State::of(sandbox).unwrap().books.len()
}

/// Asserts that a command fails with this exit code and error code.
fn assert_fails(command: &mut Command, exit: i32, code: &str) {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(exit), "{}", describe(&output));
    assert_eq!(error_code(&output).as_deref(), Some(code), "{}", describe(&output));
    assert!(output.stdout.is_empty(), "{}", describe(&output));
}

/// The checks with which `doctor` reports problems of a library that does not open.
fn problems(sandbox: &Sandbox) -> Vec<String> {
    let output = sandbox.alexandria(&["doctor"]).unwrap().output().unwrap();
    assert_eq!(output.status.code(), Some(PROBLEM_FOUND), "{}", describe(&output));
    let findings: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let broken = findings.iter().filter(|finding| finding["state"] == "problem");
    broken.map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn full_disk_refuses_files_and_loses_nothing() {
    let Some((disk, sandbox)) = on_a_disk(1 << 20) else { return };
    assert_eq!(import(&sandbox, 1), 1);
    for number in 1..400 {
        sandbox.write_book(number).unwrap();
    }
    let own = sandbox.path("own");
    let output = sandbox.alexandria(&["import", own.to_str().unwrap()]).unwrap().output().unwrap();
    assert_eq!(output.status.code(), Some(SOME_REFUSED), "{}", describe(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let refused = report["refused"].as_array().unwrap();
    assert!(!refused.is_empty() && refused.iter().all(|file| file["code"] == "disk-full"), "{:?}", refused.first());
    let imported = report["imported"].as_array().unwrap().len();
    assert!(disk.remount("size=64m"));
    assert_eq!(State::of(&sandbox).unwrap().books.len(), 1 + imported);
    assert_eq!(import(&sandbox, 400), 400);
}

#[test]
fn read_only_library_is_reported() {
    let Some((disk, sandbox)) = on_a_disk(64 << 20) else { return };
    import(&sandbox, 2);
    let before = State::of(&sandbox).unwrap();
    assert!(disk.remount("ro"));
    let book = sandbox.write_book(9).unwrap();
    for arguments in [vec!["list"], vec!["import", book.to_str().unwrap()]] {
        assert_fails(&mut sandbox.alexandria(&arguments).unwrap(), FAILED, "permission-denied");
    }
    assert_eq!(problems(&sandbox), ["folder", "library"]);
    assert!(disk.remount("rw"));
    assert_eq!(State::of(&sandbox).unwrap(), before);
}

#[test]
fn library_open_in_another_process_is_reported() {
    let sandbox = Sandbox::new().unwrap();
    import(&sandbox, 1);
    let before = State::of(&sandbox).unwrap();
    let mut holder = sandbox
        .inspect(PASSPHRASE, &["keep-open"])
        .unwrap()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let book = sandbox.write_book(9).unwrap();
    for arguments in [vec!["list"], vec!["import", book.to_str().unwrap()]] {
        assert_fails(&mut sandbox.alexandria(&arguments).unwrap(), FAILED, "library-in-use");
    }
    assert_eq!(problems(&sandbox), ["library"]);
    holder.kill().unwrap();
    holder.wait().unwrap();
    // The lock ended with the process.
    assert_eq!(State::of(&sandbox).unwrap(), before);
}

/// Runs `command` with the clock shifted.
fn run_with_clock(command: &Command, shift: &str) {
    let mut shifted = Command::new("faketime");
    shifted.args(["-f", shift]);
    let output = under(shifted, command).output().unwrap();
    assert!(output.status.success(), "{shift}: {}", describe(&output));
}

/// Whether the clock can be shifted for a command; if not, the test is reported as skipped.
fn can_shift_clock() -> bool {
    let shifted = Command::new("faketime").args(["-f", "+1y", "true"]).output();
    let can_shift = shifted.is_ok_and(|output| output.status.success());
    if !can_shift {
        skip(Requirement::Tools, "no faketime, so the clock is not shifted");
    }
    can_shift
}

/// A library that only the command line opens: an import deletes what has expired in the bin.
#[test]
fn import_deletes_expired_books_from_bin() {
    if !can_shift_clock() {
        return;
    }
    let sandbox = Sandbox::new().unwrap();
    import(&sandbox, 2);
    let listed = sandbox.run(&["list"]).unwrap();
    sandbox.run(&["remove", listed[0]["id"].as_str().unwrap()]).unwrap();
    let another = sandbox.write_book(9).unwrap();
    let import = ["import", another.to_str().unwrap()];
    // Two runs have to agree that the 30 days are over.
    for (shift, expect) in [("+29d", 3), ("+31d", 3), ("+32d", 2)] {
        run_with_clock(&sandbox.alexandria(&import).unwrap(), shift);
        assert_eq!(State::of(&sandbox).unwrap().books.len(), expect, "at {shift}");
    }
}

/// A later change wins over an earlier one, whatever the clock says.
#[test]
fn later_change_wins_when_clock_is_set_back() {
    if !can_shift_clock() {
        return;
    }
    let sandbox = Sandbox::new().unwrap();
    import(&sandbox, 2);
    let listed = sandbox.run(&["list"]).unwrap();
    let [id, title] = ["id", "title"].map(|name| listed[0][name].as_str().unwrap().to_owned());
    let place = || State::of(&sandbox).unwrap().books[&title].place.clone();
    for (shift, theme) in [("+9y", "dark"), ("-9y", "sepia"), ("+0y", "light"), ("-2y", "dark")] {
        run_with_clock(&sandbox.inspect(PASSPHRASE, &["set", "theme", theme]).unwrap(), shift);
        assert_eq!(State::of(&sandbox).unwrap().theme, theme, "set at {shift}");
        run_with_clock(&sandbox.alexandria(&["remove", &id]).unwrap(), shift);
        assert_eq!(place(), "bin", "removed at {shift}");
        run_with_clock(&sandbox.alexandria(&["put-back", &id]).unwrap(), shift);
        assert_eq!(place(), "shelf", "restored at {shift}");
    }
    // The bin keeps books for 30 days, and two runs have to agree that they are over.
    sandbox.run(&["remove", &id]).unwrap();
    for shift in ["+9y", "+0y", "+9y", "-9y", "+0y"] {
        run_with_clock(&sandbox.inspect(PASSPHRASE, &["empty-bin"]).unwrap(), shift);
        assert_eq!(place(), "bin", "the bin was emptied at {shift}");
    }
    sandbox.run(&["put-back", &id]).unwrap();
    run_with_clock(&sandbox.alexandria(&["import", sandbox.write_book(9).unwrap().to_str().unwrap()]).unwrap(), "-9y");
    assert_eq!(State::of(&sandbox).unwrap().books.len(), 3);
}

/// Named relative to the current folder, as in a terminal.
#[test]
fn relative_library_path_works() {
    let sandbox = Sandbox::new().unwrap();
    import(&sandbox, 1);
    for arguments in [&["import", "--wait", "semantic"][..], &["doctor"], &["search", "lamp", "--mode", "semantic"]] {
        let mut command = sandbox.command("alexandria").unwrap();
        command.current_dir(sandbox.library().parent().unwrap());
        command.args(["--library", "library", "--passphrase-file"]).arg(sandbox.path(PASSPHRASE)).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", describe(&output));
    }
}

#[test]
fn moved_library_opens() {
    let sandbox = Sandbox::new().unwrap();
    import(&sandbox, 2);
    let before = State::of(&sandbox).unwrap();
    let elsewhere = sandbox.path("elsewhere");
    fs::rename(sandbox.library(), &elsewhere).unwrap();
    assert_fails(&mut sandbox.alexandria(&["list"]).unwrap(), 4, "no-library");
    fs::rename(&elsewhere, sandbox.library()).unwrap();
    assert_eq!(State::of(&sandbox).unwrap(), before);
    // Another machine has the files and nothing else: no keychain, no account folders.
    let other = sandbox.copy().unwrap();
    assert_eq!(State::of(&other).unwrap(), before);
    let vault = fs::read(other.library().join("vault")).unwrap();
    let mut without = other.command("alexandria").unwrap();
    without.args(["--json", "--library"]).arg(other.library()).arg("list");
    for name in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY"] {
        without.env_remove(name);
    }
    let output = without.output().unwrap();
    assert_eq!(output.status.code(), Some(LOCKED), "{}", describe(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--passphrase-file"), "{}", describe(&output));
    assert_eq!(fs::read(other.library().join("vault")).unwrap(), vault);
    import(&other, 3);
}

/// A recovery code opens the library where nothing else is known.
#[test]
fn recovery_code_opens_library_on_another_machine() {
    let sandbox = Sandbox::new().unwrap();
    import(&sandbox, 2);
    let code = sandbox.path("code").to_string_lossy().into_owned();
    sandbox.run(&["protect", "recovery", "--write-to", &code, "--confirm-file", &code]).unwrap();
    let other = sandbox.copy().unwrap();
    let mut list = other.command("alexandria").unwrap();
    list.args(["--json", "--recovery-code-file", &code, "--library"]).arg(other.library()).arg("list");
    let output = list.output().unwrap();
    assert!(output.status.success(), "{}", describe(&output));
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
}
