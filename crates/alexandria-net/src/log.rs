//! The network log: every request, for the user to read.
//!
//! One JSON object a line: time, feature, server, bytes, outcome; no paths, titles, queries or keys. A request is written
//! when it begins and again when it ends, so that one that never ended is listed too. Not encrypted, because it must be
//! complete while the library is locked, and because it says nothing about the library.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Feature;

/// Lines after which the older half is dropped when the log is opened.
const MAX_LINES: usize = 20_000;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It has not ended, or the program was ended before it did.
    Unfinished,
    /// The server answered.
    Answered,
    /// There was no connection, or it broke off.
    Failed,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in this log.
    pub number: u64,
    /// When it began.
    pub time: Timestamp,
    /// The feature that made it.
    pub feature: Feature,
    /// The server, with the port if it is unusual.
    pub server: String,
    /// Bytes of the address and the headers that were sent, about.
    pub sent: u64,
    /// Bytes of the answer that were received.
    pub received: u64,
    /// The status code of the answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: Outcome,
}

impl Entry {
    /// When it began, in milliseconds since 1970.
    #[must_use]
    pub fn milliseconds(&self) -> i64 {
        self.time.as_millisecond()
    }
}

/// Why the log cannot be written or read. No request is made then.
#[derive(Debug, thiserror::Error)]
#[error("the network log cannot be read or written")]
pub struct LogError(#[from] io::Error);

impl alexandria_domain::CodedError for LogError {
    fn code(&self) -> alexandria_domain::ErrorCode {
        self.0.code()
    }
}

/// The log, shared by all clients.
#[derive(Clone, Debug)]
pub struct NetworkLog {
    path: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    file: File,
    next: u64,
}

impl NetworkLog {
    /// Opens the log in the file `path`, and drops the oldest entries if it has become long.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let entries = read(path)?;
        let next = entries.last().map_or(0, |entry| entry.number + 1);
        if entries.len() > MAX_LINES {
            rewrite(path, entries.iter().skip(entries.len() / 2))?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { path: path.to_owned(), state: Arc::new(Mutex::new(State { file, next })) })
    }

    /// Every request, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, LogError> {
        read(&self.path)
    }

    /// Deletes all entries.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear(&self) -> Result<(), LogError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(state.file.set_len(0)?)
    }

    /// Lists a request that is about to be made.
    pub(crate) fn begin(&self, feature: Feature, server: String, sent: u64) -> Result<Entry, LogError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = Entry {
            number: state.next,
            time: Timestamp::now(),
            feature,
            server,
            sent,
            received: 0,
            status: None,
            outcome: Outcome::Unfinished,
        };
        append(&mut state.file, &entry)?;
        state.next += 1;
        Ok(entry)
    }

    /// Lists how it ended.
    pub(crate) fn end(&self, entry: &Entry) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // It is listed already; only its end is missing.
        if let Err(error) = append(&mut state.file, entry) {
            tracing::warn!(%error, "the end of a request could not be added to the network log");
        }
    }
}

fn append(file: &mut File, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// The entries of a log. The last line of a request counts; a line that a crash truncated is left out.
fn read(path: &Path) -> Result<Vec<Entry>, LogError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut entries = BTreeMap::new();
    for line in BufReader::new(file).split(b'\n') {
        if let Ok(entry) = serde_json::from_slice::<Entry>(&line?) {
            entries.insert(entry.number, entry);
        }
    }
    Ok(entries.into_values().collect())
}

fn rewrite<'a>(path: &Path, entries: impl Iterator<Item = &'a Entry>) -> Result<(), LogError> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    for entry in entries {
        append(&mut file, entry)?;
    }
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(log: &NetworkLog) -> Entry {
        log.begin(Feature::Updates, "updates.example".into(), 100).unwrap()
    }

    #[test]
    fn request_is_listed_before_and_after_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/network.jsonl");
        let log = NetworkLog::open(&path).unwrap();
        let mut entry = begin(&log);
        assert_eq!(log.entries().unwrap(), std::slice::from_ref(&entry));
        entry.outcome = Outcome::Answered;
        entry.received = 5;
        log.end(&entry);
        assert_eq!(log.entries().unwrap(), [entry]);
        // After a restart the numbers go on.
        let log = NetworkLog::open(&path).unwrap();
        assert_eq!(begin(&log).number, 1);
        log.clear().unwrap();
        assert!(log.entries().unwrap().is_empty());
    }

    #[test]
    fn interrupted_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.jsonl");
        let log = NetworkLog::open(&path).unwrap();
        begin(&log);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}{}", text.split_at(20).0)).unwrap();
        assert_eq!(NetworkLog::open(&path).unwrap().entries().unwrap().len(), 1);
    }

    #[test]
    fn long_log_loses_its_older_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.jsonl");
        let log = NetworkLog::open(&path).unwrap();
        for _ in 0..=MAX_LINES {
            begin(&log);
        }
        let entries = NetworkLog::open(&path).unwrap().entries().unwrap();
        assert!(entries.len() <= MAX_LINES / 2 + 1, "{}", entries.len());
        assert_eq!(entries.last().unwrap().number, u64::try_from(MAX_LINES).unwrap());
    }
}
