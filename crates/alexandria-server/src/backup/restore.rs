//! Restoring a backup into an empty folder.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::BackupError;
use super::durable::rename;
use super::format::{Entry, Kind, Reader};
use crate::objects::{ObjectKey, Objects};
use crate::store::Records as _;
use crate::store::sqlite::{DATABASE_FILE, SqliteStore};

/// What was restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreReport {
    /// Accounts; each has another log id now.
    pub accounts: u64,
    /// Objects.
    pub objects: u64,
}

/// Restores `backup` into `folder`, which must have no database. The whole file is read and checked before anything is
/// written. Clients may have seen positions that this server will give again, so every log gets another id, derived from
/// `seed`, which must be random.
///
/// # Errors
/// If it is damaged, the key is another one, or something cannot be written. The database appears last.
pub async fn restore(
    backup: &Path,
    folder: &Path,
    key: &[u8; 32],
    objects: &dyn Objects,
    seed: [u8; 32],
) -> Result<RestoreReport, BackupError> {
    let database = folder.join(DATABASE_FILE);
    if database.exists() {
        return Err(BackupError::Exists(database));
    }
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => BackupError::Damaged,
        _ => BackupError::Io { path: backup.to_owned(), source },
    };
    let mut reader = open(backup, failed)?;
    while next(&mut reader, &mut io::sink()).map_err(failed)?.kind != Kind::End {}
    let scratch = tempfile::tempdir_in(folder).map_err(failed)?;
    let copy = scratch.path().join(DATABASE_FILE);
    let mut reader = open(backup, failed)?;
    let mut report = RestoreReport::default();
    loop {
        let mut entry = reader.entry().map_err(failed)?;
        match entry.kind {
            Kind::End => break,
            Kind::Database => {
                let mut file = File::create(&copy).map_err(failed)?;
                reader.body(&mut entry, &mut file).map_err(failed)?;
                file.sync_all().map_err(failed)?;
            }
            Kind::Object => {
                let mut bytes = Vec::new();
                reader.body(&mut entry, &mut bytes).map_err(failed)?;
                let name: ObjectKey = entry.name.parse().map_err(|_| BackupError::Damaged)?;
                let digest: [u8; 32] = Sha256::digest(&bytes).into();
                objects.put(&name, Bytes::from(bytes), &digest).await?;
                report.objects += 1;
            }
        }
    }
    let store = SqliteStore::open_with(scratch.path(), key, 0)?;
    report.accounts = store.renew_all_logs(seed).await?;
    // Its last connection copies what it wrote into the file.
    drop(store);
    rename(&copy, &database).map_err(failed)?;
    Ok(report)
}

fn open(backup: &Path, failed: impl Fn(io::Error) -> BackupError) -> Result<Reader<BufReader<File>>, BackupError> {
    let file = File::open(backup).map_err(&failed)?;
    Reader::new(BufReader::new(file)).map_err(failed)?.ok_or(BackupError::Format)
}

fn next(reader: &mut Reader<BufReader<File>>, target: &mut dyn io::Write) -> io::Result<Entry> {
    let mut entry = reader.entry()?;
    reader.body(&mut entry, target)?;
    Ok(entry)
}
