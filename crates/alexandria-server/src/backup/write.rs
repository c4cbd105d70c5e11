//! Writing a backup while the server runs.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use futures::TryStreamExt as _;

use super::BackupError;
use super::durable::rename;
use super::format::{Kind, Writer};
use crate::objects::{Objects, ObjectsError};
use crate::store::sqlite::{DATABASE_FILE, SqliteStore};
use crate::store::{Blobs as _, object_key};

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 200;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// Objects in the backup.
    pub objects: u64,
    /// Objects that the database names and that are not there. `fsck` names them.
    pub missing: u64,
}

/// Writes a backup to `target`, which appears when it is complete. The database is copied first: objects never change, so
/// those it names are there afterwards, unless they were dropped meanwhile.
///
/// # Errors
/// If something cannot be read or written.
pub async fn write(
    store: &SqliteStore,
    key: &[u8; 32],
    objects: &dyn Objects,
    target: &Path,
) -> Result<BackupReport, BackupError> {
    let failed = |source| BackupError::Io { path: target.to_owned(), source };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let scratch = tempfile::tempdir_in(folder).map_err(failed)?;
    let database = scratch.path().join(DATABASE_FILE);
    store.copy_to(database.clone()).await?;
    let unfinished = scratch.path().join("backup");
    let mut writer = Writer::new(BufWriter::new(File::create(&unfinished).map_err(failed)?)).map_err(failed)?;
    let mut file = File::open(&database).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    writer.add(Kind::Database, DATABASE_FILE, length, &mut file).map_err(failed)?;
    let copy = SqliteStore::open_with(scratch.path(), key, 0)?;
    let report = add_objects(&copy, objects, &mut writer, target).await?;
    drop(copy);
    let file = writer.finish().map_err(failed)?.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    rename(&unfinished, target).map_err(failed)?;
    Ok(report)
}

async fn add_objects(
    copy: &SqliteStore,
    objects: &dyn Objects,
    writer: &mut Writer<BufWriter<File>>,
    target: &Path,
) -> Result<BackupReport, BackupError> {
    let mut report = BackupReport::default();
    let mut after = None;
    loop {
        let entries = copy.objects(after, ROWS_AT_ONCE).await?;
        let Some(last) = entries.last() else { return Ok(report) };
        after = Some(last.object.clone());
        for entry in entries {
            let parts = (0..).zip(&entry.digests).filter(|(_, digest)| digest.is_some());
            for key in parts.filter_map(|(part, _)| object_key(&entry.object, part)) {
                let Some(bytes) = objects.size(&key).await? else {
                    report.missing += 1;
                    continue;
                };
                let chunks: Vec<bytes::Bytes> = match objects.get(&key, 0..bytes).await {
                    Ok(stream) => stream.try_collect().await?,
                    Err(ObjectsError::NotFound(_)) => {
                        report.missing += 1;
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                };
                let failed = |source| BackupError::Io { path: target.to_owned(), source };
                writer.add(Kind::Object, &key.to_string(), bytes, &mut chunks.concat().as_slice()).map_err(failed)?;
                report.objects += 1;
            }
        }
    }
}
