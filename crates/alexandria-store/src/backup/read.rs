//! Reading a backup: its vault, its list of contents, and all of its parts.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use alexandria_crypto::backup as sealed;
use alexandria_crypto::keys::BackupKey;
use alexandria_domain::PublicationId;

use super::BackupError;
use super::file_slice::FileSlice;
use super::format::{self, CONTENTS, Contents, Entry, FRAME_LEN, HEAD_LEN, MAX_CONTENTS_BYTES};
use super::monitor::{Monitor, Stage, StageCounter};
use crate::blob::BlobStore;
use crate::database_file::FILE_NAME;
use crate::durable;

/// Bytes copied between two checks for cancellation.
const BUFFER_BYTES: usize = 1 << 16;
const LIST: &str = "its list of contents";
const PART: &str = "a part of it";

/// A sealed part in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) id: [u8; 16],
    /// Where the sealed part begins.
    pub(super) start: u64,
    /// Its sealed length.
    pub(super) length: u64,
}

impl Frame {
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.length)
    }
}

/// An open backup file.
#[derive(Debug)]
pub struct Backup {
    file: File,
    vault: Vec<u8>,
    frames: Vec<Frame>,
}

impl Backup {
    /// Opens a backup and reads what can be read without a key.
    ///
    /// # Errors
    /// When it is not a backup, of a newer version, truncated, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        Self::of_file(File::open(path)?)
    }

    pub(super) fn of_file(file: File) -> Result<Self, BackupError> {
        let vault = read_vault(&file)?;
        let length = file.metadata()?.len();
        let mut frames = Vec::new();
        let mut at = (HEAD_LEN + vault.len()) as u64;
        loop {
            let frame = frame_at(&file, at, length)?.ok_or(BackupError::Truncated)?;
            at = frame.end();
            frames.push(frame);
            if frame.id == CONTENTS {
                break;
            }
        }
        if at != length {
            return Err(BackupError::Damaged("its end"));
        }
        Ok(Self { file, vault, frames })
    }

    /// The vault file in the backup, which says what unlocks it.
    #[must_use]
    pub fn vault(&self) -> &[u8] {
        &self.vault
    }

    /// The list of contents, compared with the parts in the file. Whether a part is authentic is known only when it has been
    /// read to its end.
    ///
    /// # Errors
    /// When the list does not authenticate, or other parts are in the file than it names.
    pub fn contents(&self, key: &BackupKey) -> Result<Contents, BackupError> {
        let (list, parts) = self.frames.split_last().ok_or(BackupError::Truncated)?;
        if list.length > MAX_CONTENTS_BYTES {
            return Err(BackupError::Damaged(LIST));
        }
        let mut bytes = Vec::new();
        let mut reader = self.part(list, key, LIST)?;
        reader.read_to_end(&mut bytes).map_err(|error| BackupError::of_reading(error, LIST))?;
        let contents = Contents::parse(&bytes)?;
        if contents.vault != self.vault {
            return Err(BackupError::Damaged("its vault"));
        }
        if contents.entries.len() != parts.len() {
            return Err(BackupError::Damaged(LIST));
        }
        for (entry, frame) in contents.entries.iter().zip(parts) {
            let expected = (entry.id, sealed::sealed_len(entry.length), entry.commitment);
            if expected != (frame.id, frame.length, commitment(&self.file, frame)?) {
                return Err(BackupError::Damaged(PART));
            }
        }
        Ok(contents)
    }

    /// Reads every part to its end.
    ///
    /// # Errors
    /// When one does not authenticate, or it is cancelled.
    pub fn verify(&self, key: &BackupKey, monitor: &Monitor) -> Result<Contents, BackupError> {
        let contents = self.contents(key)?;
        let mut count = monitor.begin(Stage::Verifying, contents.bytes());
        for frame in self.parts() {
            copy(&mut self.part(frame, key, PART)?, &mut io::sink(), &mut count)?;
        }
        Ok(contents)
    }

    /// Writes the publications' files into `blobs` and the database into the folder `dir`, where no library is yet.
    ///
    /// # Errors
    /// When a part does not authenticate, a file cannot be written, or it is cancelled. What was written until then stays.
    pub fn extract(
        &self,
        key: &BackupKey,
        dir: &Path,
        blobs: &BlobStore,
        monitor: &Monitor,
    ) -> Result<Contents, BackupError> {
        let contents = self.contents(key)?;
        let mut count = monitor.begin(Stage::Copying, contents.bytes());
        for (entry, frame) in contents.entries.iter().zip(self.parts()) {
            let part = self.part(frame, key, PART)?;
            if entry.is_database() {
                write_database(part, dir, &mut count)?;
            } else {
                restore_blob(part, entry, blobs, &mut count)?;
            }
        }
        Ok(contents)
    }

    /// All parts but the list of contents.
    fn parts(&self) -> impl Iterator<Item = &Frame> {
        self.frames.iter().filter(|frame| frame.id != CONTENTS)
    }

    fn part(&self, frame: &Frame, key: &BackupKey, what: &'static str) -> Result<impl Read, BackupError> {
        open_part(&self.file, frame, key).map_err(|error| BackupError::of_part(error, what))
    }
}

pub(super) fn open_part<'a>(
    file: &'a File,
    frame: &Frame,
    key: &BackupKey,
) -> Result<impl Read + use<'a>, alexandria_crypto::blob::BlobError> {
    sealed::open(FileSlice::new(file, frame.start, frame.length), key, &frame.id)
}

/// The vault file at the beginning of a backup.
pub(super) fn read_vault(mut file: &File) -> Result<Vec<u8>, BackupError> {
    let mut head = [0; HEAD_LEN];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut head).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => BackupError::NotABackup,
        _ => error.into(),
    })?;
    let length = format::read_head(&head)?;
    let mut vault = Vec::new();
    file.take(u64::from(length)).read_to_end(&mut vault)?;
    if vault.len() as u64 == u64::from(length) { Ok(vault) } else { Err(BackupError::Truncated) }
}

/// The part that begins at `at` in a file of `length` bytes; `None` if the file ends before it does.
pub(super) fn frame_at(mut file: &File, at: u64, length: u64) -> Result<Option<Frame>, BackupError> {
    let Some(start) = at.checked_add(FRAME_LEN as u64).filter(|start| *start <= length) else { return Ok(None) };
    let mut bytes = [0; FRAME_LEN];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    let (id, sealed) = format::read_frame(&bytes);
    Ok(start.checked_add(sealed).filter(|end| *end <= length).map(|_| Frame { id, start, length: sealed }))
}

/// Identifies the part of `frame`.
pub(super) fn commitment(file: &File, frame: &Frame) -> Result<[u8; 32], BackupError> {
    let mut header = [0; sealed::HEADER_LEN];
    FileSlice::new(file, frame.start, frame.length)
        .read_exact(&mut header)
        .map_err(|error| BackupError::of_reading(error, PART))?;
    Ok(sealed::commitment(&header))
}

/// The error for a reader that says it has read more bytes than the buffer holds, which is a bug of that reader.
pub(super) fn too_many_bytes() -> io::Error {
    io::Error::other("a reader returned more bytes than its buffer holds")
}

/// Copies a part of a backup, counting its bytes.
pub(super) fn copy(
    part: &mut impl Read,
    sink: &mut impl Write,
    count: &mut StageCounter<'_>,
) -> Result<(), BackupError> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = part.read(&mut buffer).map_err(|error| BackupError::of_reading(error, PART))?;
        if read == 0 {
            return Ok(());
        }
        sink.write_all(buffer.get(..read).ok_or_else(too_many_bytes)?)?;
        count.add(read as u64)?;
    }
}

/// Counts the bytes of a part for a consumer that reads it itself.
struct Counted<'a, 'b, R> {
    part: R,
    count: &'a mut StageCounter<'b>,
    failed: Option<BackupError>,
}

impl<R: Read> Read for Counted<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer).map_err(|error| BackupError::of_reading(error, PART));
        match read.and_then(|read| self.count.add(read as u64).map(|()| read)) {
            Ok(read) => Ok(read),
            Err(error) => {
                self.failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }
}

fn restore_blob(
    part: impl Read,
    entry: &Entry,
    blobs: &BlobStore,
    count: &mut StageCounter<'_>,
) -> Result<(), BackupError> {
    let mut part = Counted { part, count, failed: None };
    let put = blobs.put(&PublicationId::from_bytes(entry.id), &mut part);
    match (part.failed, put) {
        (Some(failed), _) => Err(failed),
        (None, put) => Ok(put.map(drop)?),
    }
}

fn write_database(mut part: impl Read, dir: &Path, count: &mut StageCounter<'_>) -> Result<(), BackupError> {
    let path = dir.join(FILE_NAME);
    let mut file = durable::new_private_file(&path)?;
    copy(&mut part, &mut file, count)?;
    file.sync_all()?;
    Ok(durable::sync_folder(&path)?)
}
