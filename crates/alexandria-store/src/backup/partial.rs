//! A backup that is being written: a file with the extension `.part`, to which complete sealed parts are appended.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use alexandria_crypto::backup as sealed;
use alexandria_crypto::blob::BlobWriter;
use alexandria_crypto::keys::BackupKey;

use super::BackupError;
use super::format::{self, Entry, FRAME_LEN, HEAD_LEN};
use super::monitor::{Monitor, Stage, StageCounter};
use super::read::{self, Frame, commitment, frame_at, open_part, too_many_bytes};
use crate::durable;

/// The unfinished backup, open at its end.
pub(super) struct PartialBackup<'a> {
    file: File,
    key: &'a BackupKey,
    /// The complete parts in it.
    pub(super) entries: Vec<Entry>,
    /// Where the next part begins.
    end: u64,
}

/// Why a part was not appended. Nothing of it is in the file then.
pub(super) enum AddError {
    /// The source of the part cannot be read.
    Source(io::Error),
    /// The backup cannot be written.
    Backup(BackupError),
}

impl<E: Into<BackupError>> From<E> for AddError {
    fn from(error: E) -> Self {
        Self::Backup(error.into())
    }
}

impl<'a> PartialBackup<'a> {
    /// Opens the unfinished backup at `path`, or starts one. The parts of an interrupted one are read and authenticated, and
    /// kept up to the first that is incomplete or is not one of `wanted`.
    pub(super) fn open(
        path: &Path,
        key: &'a BackupKey,
        vault: &[u8],
        wanted: &HashSet<[u8; 16]>,
        monitor: &Monitor,
    ) -> Result<Self, BackupError> {
        let file = durable::private_file(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut part = Self { file, key, entries: Vec::new(), end: 0 };
        match read::read_vault(&part.file) {
            Ok(known) if known == vault => part.resume(vault, wanted, monitor)?,
            // The protection was changed since, or it is another library's: it cannot be resumed.
            Ok(_) | Err(BackupError::Truncated) => part.begin(vault)?,
            Err(BackupError::NotABackup) if part.has_partial_head()? => part.begin(vault)?,
            Err(BackupError::NotABackup | BackupError::NewerVersion) => return Err(BackupError::Occupied),
            Err(error) => return Err(error),
        }
        Ok(part)
    }

    /// Whether the file is the beginning of a head that was not finished.
    fn has_partial_head(&mut self) -> Result<bool, BackupError> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(HEAD_LEN as u64).read_to_end(&mut bytes)?;
        Ok(bytes.len() < HEAD_LEN && format::MAGIC.iter().zip(&bytes).all(|(expected, byte)| expected == byte))
    }

    fn begin(&mut self, vault: &[u8]) -> Result<(), BackupError> {
        self.truncate(0)?;
        self.file.write_all(&[format::head(vault)?.as_slice(), vault].concat())?;
        self.end = (HEAD_LEN + vault.len()) as u64;
        Ok(())
    }

    fn resume(&mut self, vault: &[u8], wanted: &HashSet<[u8; 16]>, monitor: &Monitor) -> Result<(), BackupError> {
        let length = self.file.metadata()?.len();
        let mut count = monitor.begin(Stage::Resuming, length);
        let mut seen = HashSet::new();
        self.end = (HEAD_LEN + vault.len()) as u64;
        while let Some(frame) = frame_at(&self.file, self.end, length)? {
            if !wanted.contains(&frame.id) || !seen.insert(frame.id) {
                break;
            }
            let Some(entry) = self.read_complete_part(&frame, &mut count)? else { break };
            self.entries.push(entry);
            self.end = frame.end();
        }
        self.truncate(self.end)
    }

    /// The entry of a part, if the part is complete and authentic.
    fn read_complete_part(&self, frame: &Frame, count: &mut StageCounter<'_>) -> Result<Option<Entry>, BackupError> {
        let Ok(mut part) = open_part(&self.file, frame, self.key) else { return Ok(None) };
        let mut measure = ByteCounter(0);
        match read::copy(&mut part, &mut measure, count) {
            Ok(()) => {}
            Err(BackupError::Cancelled) => return Err(BackupError::Cancelled),
            Err(_) => return Ok(None),
        }
        Ok(Some(Entry { id: frame.id, length: measure.0, commitment: commitment(&self.file, frame)? }))
    }

    /// Appends a part of `length` bytes.
    pub(super) fn add(
        &mut self,
        id: &[u8; 16],
        length: u64,
        source: &mut impl Read,
        count: &mut StageCounter<'_>,
    ) -> Result<(), AddError> {
        let added = self.append(id, length, source, count);
        match added {
            Ok(entry) => self.entries.push(entry),
            Err(error) => {
                self.truncate(self.end)?;
                return Err(error);
            }
        }
        Ok(())
    }

    fn append(
        &mut self,
        id: &[u8; 16],
        length: u64,
        source: &mut impl Read,
        count: &mut StageCounter<'_>,
    ) -> Result<Entry, AddError> {
        let frame =
            Frame { id: *id, start: self.end.saturating_add(FRAME_LEN as u64), length: sealed::sealed_len(length) };
        self.file.write_all(&format::frame(id, frame.length))?;
        let mut writer = sealed::seal(&self.file, self.key, id).map_err(BackupError::Seal)?;
        fill(&mut writer, source, count)?;
        writer.finish().map_err(BackupError::Seal)?;
        if self.file.stream_position()? != frame.end() {
            return Err(AddError::Source(io::ErrorKind::UnexpectedEof.into()));
        }
        self.end = frame.end();
        Ok(Entry { id: *id, length, commitment: commitment_then_end(&mut self.file, &frame)? })
    }

    /// Flushes the file to the disk and returns it.
    pub(super) fn finish(self) -> Result<File, BackupError> {
        self.file.sync_all()?;
        Ok(self.file)
    }

    fn truncate(&mut self, end: u64) -> Result<(), BackupError> {
        self.file.set_len(end)?;
        self.file.seek(SeekFrom::Start(end))?;
        Ok(())
    }
}

/// Seals the bytes of `source`; an error says whether reading or writing failed.
fn fill(sink: &mut BlobWriter<&File>, source: &mut impl Read, count: &mut StageCounter<'_>) -> Result<(), AddError> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = source.read(&mut buffer).map_err(AddError::Source)?;
        if read == 0 {
            return Ok(());
        }
        let bytes = buffer.get(..read).ok_or_else(|| AddError::Source(too_many_bytes()))?;
        sink.write_all(bytes)?;
        count.add(read as u64)?;
    }
}

fn commitment_then_end(file: &mut File, frame: &Frame) -> Result<[u8; 32], BackupError> {
    let commitment = commitment(file, frame)?;
    file.seek(SeekFrom::Start(frame.end()))?;
    Ok(commitment)
}

/// Counts the bytes that are written to it.
struct ByteCounter(u64);

impl Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
