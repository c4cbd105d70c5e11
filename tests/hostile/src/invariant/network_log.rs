//! The network log: whatever is in the file, a request that is written to it is listed, and nothing else changes.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::sync::LazyLock;

use alexandria_net::{Entry, NetworkLog};
use tempfile::TempDir;

static FOLDER: LazyLock<Option<TempDir>> = LazyLock::new(|| TempDir::new().ok());

/// Greatest number of a request.
const MAX_NUMBER: u64 = u64::MAX >> 1;

pub(super) fn check(bytes: &[u8]) {
    let Some(folder) = FOLDER.as_ref().map(TempDir::path) else { return };
    let path = folder.join("network.jsonl");
    assert!(fs::write(&path, bytes).is_ok(), "the temporary folder is not writable");
    let Some(log) = NetworkLog::open(&path).ok() else { return assert!(bytes.is_empty(), "the log does not open") };
    let before = log.entries().unwrap_or_default();
    assert!(before.is_sorted_by(|one, next| one.number < next.number), "not in order");
    assert!(before.iter().all(|entry| entry.number <= MAX_NUMBER));
    assert!(before.iter().all(|entry| read_again(entry).as_ref() == Some(entry)), "an entry is not read as written");

    // As the log itself adds a line: it must not become the end of another one.
    let number = before.last().map_or(0, |last| (last.number + 1).min(MAX_NUMBER));
    let line = format!(
        "{{\"number\":{number},\"time\":\"2026-11-30T00:00:00Z\",\"feature\":\"updates\",\"server\":\"s\",\
         \"sent\":1,\"received\":0,\"outcome\":\"unfinished\"}}\n"
    );
    let appended = OpenOptions::new().append(true).open(&path).and_then(|mut file| file.write_all(line.as_bytes()));
    assert!(appended.is_ok(), "the temporary folder is not writable");
    let after = log.entries().unwrap_or_default();
    assert_eq!(after.last().map(|entry| (entry.number, entry.sent)), Some((number, 1)), "a request is not listed");
    assert!(log.clear().is_ok() && log.entries().is_ok_and(|entries| entries.is_empty()));
}

fn read_again(entry: &Entry) -> Option<Entry> {
    let line = serde_json::to_vec(entry).ok()?;
    serde_json::from_slice(&line).ok()
}
