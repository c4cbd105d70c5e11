//! The state files of updates: whatever they contain, the program starts, and what is written next is read again.

use std::path::Path;
use std::sync::LazyLock;

use alexandria_update::{
    Attempts, LastCheck, MAX_FAILED_STARTS, Preferences, StartCheck, Startup, StateFileError, Version, installation_id,
};
use jiff::Timestamp;
use tempfile::TempDir;

static FOLDER: LazyLock<Option<TempDir>> = LazyLock::new(|| TempDir::new().ok());

const NEW: Version = Version::new(1, 4, 0);

pub(super) fn check(bytes: &[u8]) {
    let Some(state) = FOLDER.as_ref().map(TempDir::path) else { return };
    for name in ["preferences", "last-check", "attempts", "unproven", "installation"] {
        let written = std::fs::write(state.join(name).with_extension("json"), bytes);
        assert!(written.is_ok(), "the temporary folder is not writable");
    }
    check_preferences(state);
    check_last_check(state);
    check_attempts(&state.join("attempts.json"));
    check_startup(state);
    let id = |byte| installation_id(state, || Ok::<_, StateFileError>([byte; 16])).ok();
    let first = id(1);
    assert!(first.is_some() && id(2) == first, "the id of the installation changes: {first:?}");
}

fn check_preferences(state: &Path) {
    let read = Preferences::read(state).ok();
    assert!(
        read.is_some_and(|read| read.write(state).is_ok() && Preferences::read(state).ok() == Some(read)),
        "{read:?}"
    );
}

fn check_last_check(state: &Path) {
    let read = LastCheck::read(state).ok();
    let Some(last) = read else { return assert!(read.is_some(), "the last check cannot be read") };
    for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        let _stale = last.is_stale(now);
        assert!(!last.after(now, true).is_stale(now), "stale after a success: {last:?}");
        let failed = last.after(now, false);
        assert!(failed.first.is_some() && failed.write(state).is_ok() && LastCheck::read(state).ok() == Some(failed));
    }
}

fn check_attempts(path: &Path) {
    let read = Attempts::read(path).ok();
    let Some(mut attempts) = read else { return assert!(read.is_some(), "the attempts cannot be read") };
    let before = attempts.failed();
    attempts.begin(NEW);
    attempts.begin(NEW);
    assert!(attempts.is_exhausted(NEW), "tried twice, and tried again");
    assert!(before.iter().all(|version| attempts.failed().contains(version)), "a failure was forgotten");
    attempts.fail_to_start(NEW);
    attempts.succeed(Version::new(u32::MAX, u32::MAX, u32::MAX));
    assert!(attempts.is_exhausted(NEW), "a version that did not start is offered again");
    assert!(attempts.write(path).is_ok() && Attempts::read(path).ok() == Some(attempts));
}

/// At most three starts of a new program before the previous one takes its place.
fn check_startup(state: &Path) {
    let startup = Startup::new(state);
    let mut restored = false;
    for _ in 0..=MAX_FAILED_STARTS {
        let check = startup.begin(NEW);
        assert!(check.is_ok(), "the program does not start: {check:?}");
        restored |= matches!(check, Ok(StartCheck::Restore { .. }));
    }
    let proved = startup.prove(NEW).ok();
    assert_eq!(proved, Some(restored), "there was a note, and the program that failed stays, or there was none");
    assert!(matches!(startup.begin(NEW), Ok(StartCheck::Continue)));
}
