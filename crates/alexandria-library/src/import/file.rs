//! One file: from its path to a committed publication.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use alexandria_crypto::random::RandomError;
use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, Entity, ErrorCode, Field, PublicationId, Value};
use alexandria_extract::{ExtractError, Extracted, LimitKind, Limits, extract};
use alexandria_store::{BlobStoreError, InsertError, NewPublication, PreparedPassage, StoreError};
use tokio_util::sync::CancellationToken;

use super::cut;
use crate::change::now_millis;
use crate::open::Core;

/// What became of a file that was not refused.
pub(super) enum Outcome {
    Imported { id: PublicationId, title: String },
    Duplicate { id: PublicationId },
}

/// A file of the reader's, open, and which publication it is.
pub(super) struct Source {
    pub(super) id: PublicationId,
    file: File,
    content: blake3::Hash,
    bytes: u64,
}

/// A file whose text is ready to be written.
pub(super) enum Prepared {
    New(Box<NewBook>),
    /// In the library already, and in the bin if `binned`. Its encrypted file was made anew if `mended`.
    Known {
        id: PublicationId,
        title: String,
        binned: bool,
        mended: bool,
    },
}

/// A publication before it is written. Its encrypted file is on disk already.
pub(super) struct NewBook {
    id: PublicationId,
    extracted: Extracted,
    passages: Vec<PreparedPassage>,
    bytes: u64,
}

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a link in a folder.
    #[error("is a link; import what it leads to by its own name")]
    Link,
    /// It is a pipe, a socket or a device.
    #[error("is neither a file nor a folder; import files and folders")]
    NoFile,
    /// It is not a book Alexandria reads, or breaks its format's rules or the limits.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// It changed between two readings.
    #[error("changed while it was being read; import it again when nothing writes to it")]
    Changed,
    /// Its encrypted copy could not be written.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// It could not be written to the database.
    #[error(transparent)]
    Insert(#[from] InsertError),
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A step of its import panicked.
    #[error("could not be read because of a fault in Alexandria; the other files were read; please report this")]
    Fault,
    /// The import was cancelled meanwhile; that is no refusal.
    #[error("cancelled")]
    Cancelled,
}

impl CodedError for FileError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Link | Self::NoFile => ErrorCode::UnsupportedFormat,
            Self::Extract(error) => error.code(),
            Self::Changed | Self::Random(_) => ErrorCode::Io,
            Self::Blob(error) => error.code(),
            Self::Insert(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Fault => ErrorCode::Internal,
            Self::Cancelled => ErrorCode::Cancelled,
        }
    }
}

/// Opens a file and hashes it.
pub(super) fn identify(core: &Core, path: &Path) -> Result<Source, FileError> {
    let limit = Limits::default().file_bytes;
    let mut file = open(path, limit)?;
    let (content, bytes) = hash(&mut file, limit)?;
    Ok(Source { id: core.publication_id(&content), file, content, bytes })
}

/// Extracts and cuts a file called `name`, and stores its encrypted copy; of a known one only a copy that is missing or
/// damaged. At no time runs for two files of the same content.
pub(super) fn prepare(
    core: &Core,
    source: &Source,
    name: &str,
    cancel: &CancellationToken,
) -> Result<Prepared, FileError> {
    let id = source.id;
    if let Some(known) = core.store.publication(&id)? {
        let mended = !is_whole(core, &id);
        if mended {
            seal(core, source)?;
            settle(core, &id);
            core.open_books.forget(&id);
            tracing::info!(publication = %id, "encrypted file made anew");
        }
        let binned = known.membership == Membership::Bin;
        return Ok(Prepared::Known { id, title: known.metadata.title, binned, mended });
    }
    let limits = Limits::default();
    let extracted = extract(BufReader::with_capacity(1 << 16, &source.file), name, &limits)?;
    let passages = cut::passages(core, &extracted.sections, limits.time, cancel)?;
    seal(core, source)?;
    Ok(Prepared::New(Box::new(NewBook { id, extracted, passages, bytes: source.bytes })))
}

/// Whether the encrypted file of a publication is there and can be read to its end: each chunk authenticates itself and
/// its place. Whatever fails, a bad sector for instance, a new file helps.
///
/// Nothing less finds a changed byte wherever it is. It is affordable: as many bytes were just read from the reader's
/// own file to know its hash, and a sealed one is read at a gigabyte a second (docs/benchmarks.md).
fn is_whole(core: &Core, id: &PublicationId) -> bool {
    core.blobs.read(id).is_ok_and(|mut file| io::copy(&mut file, &mut io::sink()).is_ok())
}

/// Stores the encrypted copy of a file under its provisional name.
fn seal(core: &Core, source: &Source) -> Result<(), FileError> {
    let mut file = &source.file;
    file.rewind()?;
    // One byte more than there was, so that a file that grows is noticed and ends all the same.
    let mut reader = SameContent::new(file.take(source.bytes.saturating_add(1)), source.content);
    let put = core.blobs.put_provisional(&source.id, &mut reader);
    if reader.changed {
        return Err(FileError::Changed);
    }
    put?;
    Ok(())
}

/// Gives the encrypted file of a publication that is in the database its final name.
fn settle(core: &Core, id: &PublicationId) {
    if let Err(error) = core.blobs.settle(id) {
        // It is read under its provisional name all the same, until the next sweep.
        tracing::warn!(publication = %id, code = %error.code(), "file kept under its provisional name");
    }
}

/// Commits a prepared file. Runs on the writing thread.
pub(super) fn write(core: &Core, prepared: Prepared) -> Result<Outcome, FileError> {
    match prepared {
        Prepared::Known { id, binned: false, mended: false, .. } => Ok(Outcome::Duplicate { id }),
        Prepared::Known { id, title, binned, .. } => {
            if binned {
                core.store.apply(&[shelve(core, id)?])?;
            }
            Ok(Outcome::Imported { id, title })
        }
        Prepared::New(book) => insert(core, *book),
    }
}

fn insert(core: &Core, book: NewBook) -> Result<Outcome, FileError> {
    let NewBook { id, extracted, passages, bytes } = book;
    let op = shelve(core, id)?;
    let row = core.store.insert_publication(&NewPublication {
        id,
        metadata: &extracted.metadata,
        format: extracted.format,
        toc: &extracted.toc,
        cover_media_type: extracted.cover.as_ref().map(|cover| cover.media_type.as_str()),
        sections: &extracted.sections,
        passages: &passages,
        byte_size: bytes,
        added_ms: now_millis(),
        op: &op,
    });
    if let Err(error) = row {
        // Any other failure may be that of a commit which is on the disk all the same and is found there when the
        // library is next opened: then its file is needed. The next sweep sees what became of it.
        if matches!(error, InsertError::TooManyPassages) {
            core.blobs.discard(&id)?;
        }
        return Err(error.into());
    }
    settle(core, &id);
    tracing::info!(publication = %id, "publication imported");
    Ok(Outcome::Imported { id, title: extracted.metadata.title })
}

fn shelve(core: &Core, id: PublicationId) -> Result<alexandria_domain::Op, RandomError> {
    core.changes.op(Entity::Publication(id), Field::Membership, Value::Membership(Membership::Shelf))
}

/// Opens a file of at most `limit` bytes, and nothing that could be read for ever. It is looked at before, because
/// opening a pipe waits for whoever writes to it, and after, because it may be another one by then.
fn open(path: &Path, limit: u64) -> Result<File, FileError> {
    if !path.metadata()?.is_file() {
        return Err(FileError::NoFile);
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FileError::NoFile);
    }
    check_size(metadata.len(), limit)?;
    Ok(file)
}

/// The hash of a file and its length, counted while it is read: a file may grow, and some have no length that is true.
fn hash(file: &mut File, limit: u64) -> Result<(blake3::Hash, u64), FileError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file.by_ref().take(limit.saturating_add(1)))?;
    check_size(hasher.count(), limit)?;
    file.rewind()?;
    Ok((hasher.finalize(), hasher.count()))
}

fn check_size(bytes: u64, limit: u64) -> Result<(), FileError> {
    if bytes > limit { Err(ExtractError::Limit { what: LimitKind::FileBytes, limit }.into()) } else { Ok(()) }
}

/// Reads what has a known hash, and fails at its end if it turns out to be something else: a file of other content must
/// not get the name that stands for this one, not even for a moment.
struct SameContent<R> {
    inner: R,
    hasher: blake3::Hasher,
    expected: blake3::Hash,
    changed: bool,
}

impl<R: Read> SameContent<R> {
    fn new(inner: R, expected: blake3::Hash) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), expected, changed: false }
    }
}

impl<R: Read> Read for SameContent<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        if read == 0 && !buffer.is_empty() && self.hasher.finalize() != self.expected {
            self.changed = true;
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_same_content_fails_at_its_end() {
        let check = |bytes: &[u8], expect: bool| {
            let mut reader = SameContent::new(bytes, blake3::hash(b"a book"));
            let copied = io::copy(&mut reader, &mut io::sink());
            assert_eq!((copied.is_ok(), reader.changed), (expect, !expect), "{bytes:?}");
        };
        check(b"a book", true);
        check(b"a book that grew", false);
        check(b"a boo", false);
        check(b"", false);
    }
}
