//! Schema versions: forward only, numbered by `PRAGMA user_version`.
//!
//! A database that is not empty is copied before it is changed. That copy is the only way back to an older schema. It stays
//! until the next migration has made another: each is as large as the library, and holds what was deleted since.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use alexandria_domain::ErrorCode;
use rusqlite::{Connection, TransactionBehavior};

use crate::open_error::OpenError;
use crate::snapshot::{COPYING, copy_into};

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

/// The migration from each version to the next; the first creates version 1 in an empty file. Never edited once released.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001_library.sql"),
    include_str!("schema/0002_ops.sql"),
    include_str!("schema/0003_common_sets.sql"),
    include_str!("schema/0004_sync.sql"),
    include_str!("schema/0005_order.sql"),
];

/// The schema that this version of the program writes, and the newest that it opens.
pub const SCHEMA_VERSION: u32 = schema_version();

#[expect(clippy::cast_possible_truncation, reason = "there are a handful of migrations")]
const fn schema_version() -> u32 {
    MIGRATIONS.len() as u32
}

/// Brings the database at `path` to the newest version.
pub(crate) fn run(connection: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), OpenError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        copy(connection, path, found)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated it by now.
    let found = version(&transaction)?;
    for migration in migrations.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    tracing::info!(from = found, to = known, "database migrated");
    if let Err(error) = prune(path, found) {
        // It costs space, and the next migration tries again.
        tracing::warn!(code = %ErrorCode::of_io(&error), "older copies not removed");
    }
    Ok(())
}

/// The version of a database; 0 of one that has no schema.
pub(crate) fn version(connection: &Connection) -> Result<u32, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The path of the copy of version `version`.
fn copy_path(path: &Path, version: u32) -> PathBuf {
    path.with_extension(format!("db.v{version}"))
}

/// Removes the copies of versions before `oldest`. One of a later version stays: an older database was put back, and that
/// copy may be the only one of its contents.
fn prune(path: &Path, oldest: u32) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    for entry in fs::read_dir(folder)? {
        let copy = entry?.path();
        let version = copy.extension().and_then(OsStr::to_str).and_then(|extension| extension.strip_prefix('v'));
        if let Some(Ok(version)) = version.map(str::parse)
            && version < oldest
            && copy == copy_path(path, version)
        {
            fs::remove_file(&copy)?;
        }
    }
    Ok(())
}

/// Writes a copy, encrypted with the same key. It gets its name only when it is complete and on disk.
fn copy(connection: &Connection, path: &Path, version: u32) -> Result<(), OpenError> {
    let target = copy_path(path, version);
    let unfinished = path.with_extension(COPYING);
    copy_into(connection, &unfinished)?;
    fs::rename(&unfinished, &target)?;
    crate::durable::sync_folder(&target)?;
    Ok(())
}
