//! Writing a backup.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use alexandria_crypto::keys::BackupKey;
use alexandria_domain::PublicationId;
use alexandria_domain::op::Membership;

use super::BackupError;
use super::format::{CONTENTS, Contents, DATABASE};
use super::monitor::{Monitor, Stage, StageCounter};
use super::partial::{AddError, PartialBackup};
use super::read::Backup;
use crate::blob::{BlobStore, BlobStoreError};
use crate::durable;
use crate::store::Store;

/// What is backed up.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The database.
    pub store: &'a Store,
    /// The publications' files.
    pub blobs: &'a BlobStore,
    /// Seals the parts.
    pub key: &'a BackupKey,
    /// The library's vault file.
    pub vault: &'a [u8],
    /// Now, in milliseconds since 1970.
    pub now_ms: u64,
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSummary {
    /// Publications whose files are in it.
    pub publications: usize,
    /// Those of them that an interrupted backup had written before.
    pub resumed: usize,
    /// Bytes of the file.
    pub bytes: u64,
    /// Publications whose files are missing or damaged in the library itself; the rest of them is in the backup.
    pub left_out: Vec<PublicationId>,
}

/// Writes a backup to `target`, resuming an interrupted one from the file of that name with the extension `.part` added.
/// It gets its name when all of it is on disk and was read back and authenticated. Nothing may be imported or deleted
/// meanwhile.
///
/// # Errors
/// When there is a file of that name and it must not be replaced, a file or the database cannot be read or written, or
/// it is cancelled. What was written stays in the `.part`.
pub fn write(
    source: &Source<'_>,
    target: &Path,
    replace: bool,
    monitor: &Monitor,
) -> Result<BackupSummary, BackupError> {
    let unoccupied = || if !replace && target.try_exists()? { Err(BackupError::Exists) } else { Ok(()) };
    unoccupied()?;
    let unfinished = unfinished(target);
    let wanted = publications(source.store)?;
    let ids: HashSet<[u8; 16]> = wanted.iter().map(|(id, _)| *id.as_bytes()).collect();
    let mut part = PartialBackup::open(&unfinished, source.key, source.vault, &ids, monitor)?;
    let resumed = part.entries.len();
    let total = wanted.iter().map(|(_, bytes)| bytes).sum();
    let mut count = monitor.begin(Stage::Copying, total);
    let left_out = add_publications(&mut part, source, &wanted, &mut count)?;
    add_database(&mut part, source, monitor, &mut count)?;
    let contents = Contents {
        created_ms: source.now_ms,
        vault: source.vault.to_vec(),
        entries: std::mem::take(&mut part.entries),
    };
    let list = contents.to_bytes();
    part.add(&CONTENTS, list.len() as u64, &mut Cursor::new(&list), &mut count).map_err(without_source)?;
    let backup = Backup::of_file(part.finish()?)?;
    if backup.verify(source.key, monitor)? != contents {
        return Err(BackupError::Damaged("its list of contents"));
    }
    drop(backup);
    let bytes = fs::metadata(&unfinished)?.len();
    unoccupied()?;
    fs::rename(&unfinished, target)?;
    durable::sync_folder(target)?;
    let publications = contents.entries.len().saturating_sub(1);
    tracing::info!(publications, resumed, left_out = left_out.len(), "backup written");
    Ok(BackupSummary { publications, resumed, bytes, left_out })
}

/// The path of a backup until it is complete.
fn unfinished(target: &Path) -> PathBuf {
    let mut name = target.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".part");
    target.with_file_name(name)
}

/// All publications that are stored, with the size of their files, in the order of their ids.
fn publications(store: &Store) -> Result<BTreeSet<(PublicationId, u64)>, BackupError> {
    let mut all = BTreeSet::new();
    for membership in [Membership::Shelf, Membership::Bin] {
        all.extend(store.publications(membership)?.into_iter().map(|record| (record.id, record.byte_size)));
    }
    Ok(all)
}

/// Appends the files that are not in the backup yet. Returns the publications whose files are missing or damaged: one bad
/// file must not prevent the others from being backed up. An error of the disk or the system ends the backup: intact
/// books would be missing from it, and the next attempt may succeed.
fn add_publications(
    part: &mut PartialBackup<'_>,
    source: &Source<'_>,
    wanted: &BTreeSet<(PublicationId, u64)>,
    count: &mut StageCounter<'_>,
) -> Result<Vec<PublicationId>, BackupError> {
    let there: HashSet<[u8; 16]> = part.entries.iter().map(|entry| entry.id).collect();
    let mut left_out = Vec::new();
    for (id, bytes) in wanted {
        if there.contains(id.as_bytes()) {
            count.add(*bytes)?;
            continue;
        }
        let added = match source.blobs.read(id) {
            Ok(mut blob) => part.add(id.as_bytes(), blob.len(), &mut blob, count),
            Err(BlobStoreError::NotFound | BlobStoreError::Damaged(_)) => {
                Err(AddError::Source(io::ErrorKind::InvalidData.into()))
            }
            Err(BlobStoreError::Io(error)) => Err(AddError::Source(error)),
            Err(error @ BlobStoreError::Random(_)) => Err(AddError::Backup(error.into())),
        };
        match added {
            Ok(()) => {}
            Err(AddError::Source(error)) if is_damage(&error) => {
                tracing::warn!(publication = %id, "file is missing or damaged; it is not in the backup");
                left_out.push(*id);
            }
            Err(AddError::Source(source)) => return Err(BackupError::Unreadable { id: *id, source }),
            Err(AddError::Backup(error)) => return Err(error),
        }
    }
    Ok(left_out)
}

/// Whether the file itself is bad rather than its disk: a chunk does not authenticate, or the file ends too
/// early.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

fn add_database(
    part: &mut PartialBackup<'_>,
    source: &Source<'_>,
    monitor: &Monitor,
    count: &mut StageCounter<'_>,
) -> Result<(), BackupError> {
    let snapshot = source.store.snapshot(&monitor.is_cancelled);
    // A copy that was cancelled ends in an error of the engine; cancellation is the error to report.
    count.add(0)?;
    let snapshot = snapshot?;
    let mut file = File::open(snapshot.path())?;
    let length = file.metadata()?.len();
    part.add(&DATABASE, length, &mut file, count).map_err(without_source)
}

/// The error for a source that is no book: a file that was just written, or memory.
fn without_source(error: AddError) -> BackupError {
    match error {
        AddError::Source(error) => error.into(),
        AddError::Backup(error) => error,
    }
}
