//! What takes space: the database by what is in it, the encrypted files by publication.

use std::io;

use alexandria_domain::PublicationId;
use rusqlite::Connection;

use crate::blob::{BlobStore, BlobStoreError};
use crate::error::StoreError;
use crate::number::unsigned;
use crate::store::Store;

/// Bytes of the database, by what is in it. Encryption adds nothing to these that is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatabaseUsage {
    /// The text of the publications.
    pub text: u64,
    /// The index of their words.
    pub terms: u64,
    /// Thumbnails of covers.
    pub covers: u64,
    /// Everything else: metadata, ops, the state of jobs.
    pub other: u64,
    /// Pages that were used once. [`Store::shrink`] gives them back; until then, what is imported next is put there.
    pub free: u64,
}

impl DatabaseUsage {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.text + self.terms + self.covers + self.other + self.free
    }
}

impl Store {
    /// The size of the database by what is in it. Reads every page, about half a second for 100,000 passages.
    ///
    /// # Errors
    /// When the database fails.
    pub fn usage(&self) -> Result<DatabaseUsage, StoreError> {
        self.read(usage)
    }

    /// Rewrites the database without unused pages and gives them back to the system, if the database is smaller than
    /// `max_bytes`: a copy of it is in memory meanwhile. Returns whether it did. Other writes wait.
    ///
    /// # Errors
    /// When the database fails or the disk is full; then the database is as it was.
    pub fn shrink(&self, max_bytes: u64) -> Result<bool, StoreError> {
        self.with_writer(|connection| {
            let pages = pragma(connection, "page_count")?;
            if pages.saturating_mul(pragma(connection, "page_size")?) > max_bytes {
                return Ok(false);
            }
            connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
            Ok(true)
        })
    }
}

fn usage(connection: &Connection) -> Result<DatabaseUsage, rusqlite::Error> {
    let mut usage = DatabaseUsage::default();
    // One row for each table and index (<https://sqlite.org/dbstat.html>).
    let mut statement = connection.prepare("SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let bytes = unsigned(row, 1)?;
        match name.as_str() {
            "passage" | "section" => usage.text += bytes,
            "thumbnail" => usage.covers += bytes,
            name if name.starts_with("passage_terms") => usage.terms += bytes,
            _ => usage.other += bytes,
        }
    }
    usage.free = pragma(connection, "freelist_count")? * pragma(connection, "page_size")?;
    Ok(usage)
}

/// A number that the engine knows about the database. As a table, because SQLCipher answers some pragmas itself, with text.
fn pragma(connection: &Connection, name: &str) -> Result<u64, rusqlite::Error> {
    connection.query_row(&format!("SELECT CAST({name} AS INTEGER) FROM pragma_{name}"), [], |row| unsigned(row, 0))
}

impl BlobStore {
    /// Bytes that the file of `id` takes; 0 if it is missing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn bytes(&self, id: &PublicationId) -> Result<u64, BlobStoreError> {
        for path in self.paths(id) {
            match path.metadata() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                metadata => return Ok(metadata?.len()),
            }
        }
        Ok(0)
    }

    /// Bytes of all files, those of interrupted imports included.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn total_bytes(&self) -> Result<u64, BlobStoreError> {
        let mut bytes = 0;
        self.visit(|path| {
            bytes += path.metadata()?.len();
            Ok(())
        })?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
