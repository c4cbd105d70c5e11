//! One file: from its path to a committed publication.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use alexandria_crypto::passphrase::Passphrase;
use alexandria_domain::op::Membership;
use alexandria_domain::{CodedError, Entity, Field, Op, PublicationId, Value};
use alexandria_extract::{ExtractError, Extracted, LimitKind, Limits};
use alexandria_store::{FilePassword, InsertError, NewPublication, PreparedPassage};
use alexandria_worker::{Password, Worker, WorkerError};
use tokio_util::sync::CancellationToken;

use super::context::ImportContext;
use super::error::FileError;
use super::split;
use crate::change::{ChangeError, now_millis};
use crate::engines::Engines;

/// The outcome of a file that was not refused.
pub(super) enum Outcome {
    Imported { id: PublicationId, title: String },
    Duplicate { id: PublicationId },
}

/// One of the reader's files, open and identified.
pub(super) struct Source {
    pub(super) id: PublicationId,
    file: File,
    content: blake3::Hash,
    bytes: u64,
}

/// A file that is ready to be committed.
pub(super) enum Prepared {
    New(Box<NewBook>),
    /// Already in the library.
    Known {
        id: PublicationId,
        title: String,
        /// It is in the bin.
        binned: bool,
        /// Its encrypted copy was missing or damaged, and was replaced.
        repaired: bool,
    },
}

/// A publication that is not in the database yet. Its encrypted copy is on disk already.
pub(super) struct NewBook {
    id: PublicationId,
    extracted: Extracted,
    password: Option<Passphrase>,
    passages: Vec<PreparedPassage>,
    bytes: u64,
}

/// Opens a file and hashes it.
pub(super) fn identify(engines: &Engines, path: &Path) -> Result<Source, FileError> {
    let limit = Limits::default().file_bytes;
    let mut file = open(path, limit)?;
    let (content, bytes) = hash(&mut file, limit)?;
    Ok(Source { id: engines.publication_id(&content), file, content, bytes })
}

/// Imports a file that is open already, such as one that has no path. Returns the publication's id.
pub(crate) fn import_open_file(
    context: &ImportContext,
    mut file: File,
    name: &str,
    cancel: &CancellationToken,
) -> Result<PublicationId, FileError> {
    file.rewind()?;
    let (content, bytes) = hash(&mut file, Limits::default().file_bytes)?;
    let source = Source { id: context.engines.publication_id(&content), file, content, bytes };
    let prepared = prepare(context, &source, name, &[], cancel)?;
    write(&context.engines, prepared)?;
    Ok(source.id)
}

/// Extracts a file called `name` in a process of its own, splits it into passages, and stores its encrypted copy; of a known publication only a
/// copy that is missing or damaged. A document with a password is tried with each of `passwords`. Never runs for two files of the same content at once.
pub(super) fn prepare(
    context: &ImportContext,
    source: &Source,
    name: &str,
    passwords: &[Passphrase],
    cancel: &CancellationToken,
) -> Result<Prepared, FileError> {
    let (engines, id) = (&*context.engines, source.id);
    if let Some(known) = engines.store.publication(&id)? {
        let repaired = !is_intact(engines, &id);
        if repaired {
            encrypt(engines, source)?;
            finalize(engines, &id);
            context.open_books.close(&id);
            tracing::info!(publication = %id, "encrypted file replaced");
        }
        let binned = known.membership == Membership::Bin;
        return Ok(Prepared::Known { id, title: known.metadata.title, binned, repaired });
    }
    let limits = Limits::default();
    let (extracted, password) = extract(source, name, passwords, cancel)?;
    let passages = split::passages(&context.models, &extracted.sections, limits.time, cancel)?;
    encrypt(engines, source)?;
    Ok(Prepared::New(Box::new(NewBook { id, extracted, password, passages, bytes: source.bytes })))
}

/// Extracts a file, and returns which of the passwords opened it, if it has one.
fn extract(
    source: &Source,
    name: &str,
    passwords: &[Passphrase],
    cancel: &CancellationToken,
) -> Result<(Extracted, Option<Passphrase>), FileError> {
    let (worker, limits) = (Worker::locate()?, Limits::default());
    let is_cancelled = || cancel.is_cancelled();
    let mut file = &source.file;
    file.rewind()?;
    let mut error = match worker.extract(file, name, &limits, &is_cancelled) {
        Ok(extracted) => return Ok((extracted, None)),
        Err(error) => error,
    };
    for password in passwords {
        if !matches!(error, WorkerError::Extract(ExtractError::PasswordRequired | ExtractError::WrongPassword)) {
            break;
        }
        let typed = Password::new(password.expose_text());
        match worker.extract_locked(file, name, &typed, &limits, &is_cancelled) {
            Ok(extracted) => return Ok((extracted, Some(password.duplicate()))),
            Err(other) => error = other,
        }
    }
    Err(error.into())
}

/// Whether the encrypted copy of a publication can be read to its end: each chunk authenticates itself and its position.
/// Whatever the failure, a bad sector for instance, a new copy helps.
///
/// Nothing less finds a changed byte wherever it is. It is affordable: as many bytes were just read from the reader's own
/// file to hash it, and an encrypted file is read at a gigabyte a second (docs/benchmarks.md).
fn is_intact(engines: &Engines, id: &PublicationId) -> bool {
    engines.blobs.read(id).is_ok_and(|mut file| io::copy(&mut file, &mut io::sink()).is_ok())
}

/// Stores the encrypted copy of a file under its provisional name.
fn encrypt(engines: &Engines, source: &Source) -> Result<(), FileError> {
    let mut file = &source.file;
    file.rewind()?;
    // One byte more than before, so that a file that grows is noticed and reading still ends.
    let mut reader = VerifyingReader::new(file.take(source.bytes.saturating_add(1)), source.content);
    let stored = engines.blobs.put_provisional(&source.id, &mut reader);
    if reader.changed {
        return Err(FileError::Changed);
    }
    stored?;
    Ok(())
}

/// Gives the encrypted copy of a committed publication its final name.
fn finalize(engines: &Engines, id: &PublicationId) {
    if let Err(error) = engines.blobs.settle(id) {
        // It can be read under its provisional name, until leftovers are next removed.
        tracing::warn!(publication = %id, code = %error.code(), "encrypted file keeps its provisional name");
    }
}

/// Commits a prepared file. Runs on the writing thread.
pub(super) fn write(engines: &Engines, prepared: Prepared) -> Result<Outcome, FileError> {
    match prepared {
        Prepared::Known { id, binned: false, repaired: false, .. } => Ok(Outcome::Duplicate { id }),
        Prepared::Known { id, title, binned, .. } => {
            if binned {
                engines.store.apply(&[shelf_op(engines, id)?])?;
            }
            Ok(Outcome::Imported { id, title })
        }
        Prepared::New(book) => insert(engines, *book),
    }
}

fn insert(engines: &Engines, book: NewBook) -> Result<Outcome, FileError> {
    let NewBook { id, extracted, password, passages, bytes } = book;
    let op = shelf_op(engines, id)?;
    let row = engines.store.insert_publication(&NewPublication {
        id,
        metadata: &extracted.metadata,
        format: extracted.format,
        toc: &extracted.toc,
        cover_media_type: extracted.cover.as_ref().map(|cover| cover.media_type.as_str()),
        sections: &extracted.sections,
        passages: &passages,
        byte_size: bytes,
        added_ms: now_millis(),
        password: password.as_ref().map(FilePassword),
        op: &op,
    });
    if let Err(error) = row {
        // Any other failure may be that of a commit which is in the log all the same and is found when the library is next
        // opened: then its file is needed. The next removal of leftovers settles it.
        if matches!(error, InsertError::TooManyPassages) {
            engines.blobs.discard(&id)?;
        }
        return Err(error.into());
    }
    finalize(engines, &id);
    tracing::info!(publication = %id, "publication imported");
    Ok(Outcome::Imported { id, title: extracted.metadata.title })
}

fn shelf_op(engines: &Engines, id: PublicationId) -> Result<Op, ChangeError> {
    engines.changes.op(Entity::Publication(id), Field::Membership, Value::Membership(Membership::Shelf))
}

/// Opens a file of at most `limit` bytes, and nothing that could be read forever. Its type is checked before opening,
/// because opening a pipe waits for a writer, and after, because another file may have taken its place.
fn open(path: &Path, limit: u64) -> Result<File, FileError> {
    if !path.metadata()?.is_file() {
        return Err(FileError::NotAFile);
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FileError::NotAFile);
    }
    check_size(metadata.len(), limit)?;
    Ok(file)
}

/// The hash of a file and its length in bytes, counted while it is read: a file may grow, and some report a wrong length.
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

/// Reads content of a known hash, and fails at its end if the hash differs: other content must never be stored under the
/// id of this one.
struct VerifyingReader<R> {
    inner: R,
    hasher: blake3::Hasher,
    expected: blake3::Hash,
    changed: bool,
}

impl<R: Read> VerifyingReader<R> {
    fn new(inner: R, expected: blake3::Hash) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), expected, changed: false }
    }
}

impl<R: Read> Read for VerifyingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(bytes) = buffer.get(..read) else {
            return Err(io::Error::other("bug: a reader returned more bytes than its buffer holds"));
        };
        self.hasher.update(bytes);
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
    fn verifying_reader_fails_at_the_end_of_other_content() {
        let check = |bytes: &[u8], expect: bool| {
            let mut reader = VerifyingReader::new(bytes, blake3::hash(b"a book"));
            let copied = io::copy(&mut reader, &mut io::sink());
            assert_eq!((copied.is_ok(), reader.changed), (expect, !expect), "{bytes:?}");
        };
        check(b"a book", true);
        check(b"a book that grew", false);
        check(b"a boo", false);
        check(b"", false);
    }
}
