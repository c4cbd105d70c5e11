//! The network log: every request, for the user to read.
//!
//! One JSON object a line: time, feature, server, bytes, outcome; no paths, titles, queries or keys. A request is written
//! when it begins and again when it ends, so that one that never ended is listed too. Not encrypted, because it must be
//! complete while the library is locked, and because it says nothing about the library.
//!
//! The window and the command write the same file. A lock file beside it lets one of them at a time number a request or
//! shorten the log; the log itself is opened for each line, because shortening replaces it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::feature::{Feature, Purpose};

/// Lines after which the older half is dropped when the log is opened.
const MAX_LINES: usize = 20_000;
/// A greater number was not written by this program; counting on from it would overflow.
const MAX_NUMBER: u64 = u64::MAX >> 1;

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
    /// Why. Logs of former versions do not say it; they list downloads only.
    #[serde(default)]
    pub purpose: Purpose,
    /// The server, with the port if it is unusual.
    pub server: String,
    /// Bytes of address, headers and body that were sent, about.
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
    /// Locked while the log is changed.
    lock: File,
    /// Length of the log in bytes after the last change made here; another length means that another process wrote.
    length: Option<u64>,
    /// The number of the next request.
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
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.with_extension("lock"))?;
        let state = State { lock, length: None, next: 0 };
        let log = Self { path: path.to_owned(), state: Arc::new(Mutex::new(state)) };
        log.change(|_| {
            let entries = read(path)?;
            if entries.len() > MAX_LINES {
                rewrite(path, entries.iter().skip(entries.len() / 2))?;
            }
            // Nothing may be sent if nothing can be listed.
            open_end(path)?;
            Ok(())
        })?;
        Ok(log)
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
        self.change(|_| Ok(File::create(&self.path).map(drop)?))
    }

    /// Lists a request that is about to be made.
    pub(crate) fn begin(
        &self,
        feature: Feature,
        purpose: Purpose,
        server: String,
        sent: u64,
    ) -> Result<Entry, LogError> {
        self.change(|state| {
            let entry = Entry {
                number: state.next,
                time: Timestamp::now(),
                feature,
                purpose,
                server,
                sent,
                received: 0,
                status: None,
                outcome: Outcome::Unfinished,
            };
            append(&mut open_end(&self.path)?, &entry)?;
            state.next += 1;
            Ok(entry)
        })
    }

    /// Lists how it ended.
    pub(crate) fn end(&self, entry: &Entry) {
        let ended = self.change(|_| Ok(append(&mut open_end(&self.path)?, entry)?));
        // It is listed already; only its end is missing.
        if let Err(error) = ended {
            tracing::warn!(%error, "the end of a request could not be added to the network log");
        }
    }

    /// Changes the log while no other thread or process does.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T, LogError>) -> Result<T, LogError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.lock.lock()?;
        let changed = state.count_on(&self.path).and_then(|()| change(&mut state));
        state.length = length(&self.path).ok();
        state.lock.unlock()?;
        changed
    }
}

impl State {
    /// Numbers the next request after those that another process made.
    fn count_on(&mut self, path: &Path) -> Result<(), LogError> {
        if self.length.is_none() || self.length != Some(length(path)?) {
            self.next = read(path)?.last().map_or(self.next, |last| self.next.max(last.number + 1));
        }
        Ok(())
    }
}

/// Length of the log in bytes.
fn length(path: &Path) -> io::Result<u64> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        metadata => Ok(metadata?.len()),
    }
}

/// Opens the log for lines at its end. A line that a crash or a full disk truncated is ended, so that the next one is a
/// line of its own.
fn open_end(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

fn append(file: &mut File, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// The entries of a log. The last line of a request counts; a line that is not one of ours is left out.
fn read(path: &Path) -> Result<Vec<Entry>, LogError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut entries = BTreeMap::new();
    for line in BufReader::new(file).split(b'\n') {
        if let Ok(entry) = serde_json::from_slice::<Entry>(&line?)
            && entry.number <= MAX_NUMBER
        {
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
        log.begin(Feature::Updates, Purpose::Download, "updates.example".into(), 100).unwrap()
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
    fn interrupted_line_is_left_out_and_hides_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.jsonl");
        let log = NetworkLog::open(&path).unwrap();
        begin(&log);
        let interrupt = || {
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, format!("{text}{}", text.split_at(20).0)).unwrap();
        };
        interrupt();
        assert_eq!(NetworkLog::open(&path).unwrap().entries().unwrap().len(), 1);
        begin(&NetworkLog::open(&path).unwrap());
        assert_eq!(log.entries().unwrap().len(), 2, "after a restart");
        interrupt();
        begin(&log);
        assert_eq!(log.entries().unwrap().len(), 3, "after the line of another process");
    }

    #[test]
    fn requests_of_two_programs_are_all_listed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.jsonl");
        let (window, command) = (NetworkLog::open(&path).unwrap(), NetworkLog::open(&path).unwrap());
        let entries: Vec<Entry> = [&window, &command, &command, &window, &command].map(begin).into();
        window.end(&entries[0]);
        assert_eq!(window.entries().unwrap(), entries);
        // The command shortens the log while the window has it open.
        for _ in 0..=MAX_LINES {
            begin(&command);
        }
        let before = NetworkLog::open(&path).unwrap().entries().unwrap().len();
        assert!(before < MAX_LINES, "{before}");
        begin(&window);
        assert_eq!(window.entries().unwrap().len(), before + 1);
    }

    #[test]
    fn number_that_is_not_ours_does_not_end_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.jsonl");
        let log = NetworkLog::open(&path).unwrap();
        begin(&log);
        let line = std::fs::read_to_string(&path).unwrap().replace("\"number\":0", "\"number\":18446744073709551615");
        std::fs::write(&path, line).unwrap();
        let log = NetworkLog::open(&path).unwrap();
        assert_eq!(begin(&log).number, 0);
        assert_eq!(log.entries().unwrap().len(), 1);
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
