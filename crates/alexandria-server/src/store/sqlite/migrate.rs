//! Schema versions: forward only, each with the checksum of what made it.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::copy::copy_into;
use super::open_error::OpenError;
use crate::store::error::StoreError;
use crate::store::schema::{MIGRATIONS, Migration, for_sqlite};
use crate::store::sql::Tx;

/// Brings the database at `path` to the newest version. One that has contents is copied first: that copy is the only way
/// back.
pub(super) fn run(connection: &mut Connection, path: &Path, migrations: &[Migration]) -> Result<(), OpenError> {
    connection.execute_batch(
        "create table if not exists migrations (version integer primary key, checksum blob not null) strict",
    )?;
    let found = applied(connection, migrations)?;
    if found == migrations.len() {
        return Ok(());
    }
    if found > 0 {
        copy(connection, path, found)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (index, migration) in migrations.iter().enumerate().skip(found) {
        transaction.execute_batch(&for_sqlite(migration.tables))?;
        let version = i64::try_from(index + 1).unwrap_or(i64::MAX);
        let checksum = migration.checksum();
        transaction
            .execute("insert into migrations (version, checksum) values (?1, ?2)", (version, checksum.as_slice()))?;
    }
    transaction.commit()?;
    tracing::info!(from = found, to = migrations.len(), "database migrated");
    Ok(())
}

/// How many migrations have been applied. Their checksums must be ours.
fn applied(connection: &Connection, migrations: &[Migration]) -> Result<usize, OpenError> {
    let mut statement = connection.prepare("select checksum from migrations order by version")?;
    let checksums = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
    if checksums.len() > migrations.len() {
        return Err(OpenError::Newer { found: checksums.len(), known: migrations.len() });
    }
    for (index, (checksum, migration)) in checksums.iter().zip(migrations).enumerate() {
        if checksum.as_slice() != migration.checksum() {
            return Err(OpenError::Changed(index + 1));
        }
    }
    Ok(checksums.len())
}

fn copy(connection: &Connection, path: &Path, version: usize) -> Result<(), OpenError> {
    let target = path.with_extension(format!("db.v{version}"));
    let unfinished = path.with_extension("db.copying");
    copy_into(connection, &unfinished)?;
    fs::rename(&unfinished, &target).map_err(|source| OpenError::Io { path: target.clone(), source })
}

/// How many migrations have been applied to an open database.
pub(super) async fn version(tx: &mut dyn Tx) -> Result<usize, StoreError> {
    Ok(tx.query("select version from migrations", &[]).await?.len())
}

/// The migrations of this program.
pub(super) fn run_all(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    run(connection, path, MIGRATIONS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection::{Role, open};

    const FIRST: Migration = Migration { tables: "create table a (\n    id bigint primary key\n);", policies: "" };
    const SECOND: Migration = Migration { tables: "alter table a add b bytea;", policies: "" };
    const OTHER: Migration = Migration { tables: "create table b (\n    id bigint primary key\n);", policies: "" };
    const WRONG: Migration = Migration { tables: "create table c (", policies: "" };

    #[test]
    fn migrations_go_forward_and_never_change() {
        let check = |first: &[Migration], then: &[Migration], expect: Result<(), &str>| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("server.db");
            let mut connection = open(&path, &[1; 32], Role::Write).unwrap();
            run(&mut connection, &path, first).unwrap();
            let result = run(&mut connection, &path, then).map_err(|error| error.to_string());
            assert_eq!(result.as_ref().map_err(String::as_str), expect.as_ref().map_err(|text| *text));
            let is_copied = path.with_extension("db.v1").exists();
            assert_eq!(is_copied, then.len() > first.len() && !first.is_empty());
        };
        check(&[], &[FIRST], Ok(()));
        check(&[FIRST], &[FIRST], Ok(()));
        check(&[FIRST], &[FIRST, SECOND], Ok(()));
        check(&[FIRST], &[OTHER], Err("migration 1 of the database is not that of this program"));
        check(&[FIRST, SECOND], &[FIRST], Err("the database has schema version 2, and this program knows 1"));
        check(&[], &[FIRST, WRONG], Err("the database engine failed"));
    }
}
