//! Listing publications.

use alexandria_domain::op::Membership;
use alexandria_domain::{PublicationId, TocEntry};
use rusqlite::{Connection, OptionalExtension, Params};

use super::record::{COLUMNS, PublicationRecord, state_of};
use crate::error::StoreError;
use crate::json::{TocEntryJson, from_json};
use crate::store::Store;

/// Publications returned for an abbreviated id.
const MAX_MATCHES: usize = 100;

impl Store {
    /// All publications that are there, the latest added first; one query. Descriptions are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn publications(&self, membership: Membership) -> Result<Vec<PublicationRecord>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM publication WHERE state = ?1 ORDER BY added_ms DESC, row DESC");
        self.read(|connection| records(connection, &query, [state_of(membership)]))
    }

    /// How many publications there are, on the shelf and in the bin.
    ///
    /// # Errors
    /// When the database fails.
    pub fn publication_count(&self) -> Result<u64, StoreError> {
        let count: i64 =
            self.read(|connection| connection.query_row("SELECT count(*) FROM publication", [], |row| row.get(0)))?;
        Ok(count.unsigned_abs())
    }

    /// The publication with that id, on the shelf or in the bin.
    ///
    /// # Errors
    /// When the database fails.
    pub fn publication(&self, id: &PublicationId) -> Result<Option<PublicationRecord>, StoreError> {
        self.one("id = ?1", [id.as_bytes()])
    }

    /// The publication with that row, on the shelf or in the bin.
    ///
    /// # Errors
    /// When the database fails.
    pub fn publication_by_row(&self, row: i64) -> Result<Option<PublicationRecord>, StoreError> {
        self.one("row = ?1", [row])
    }

    /// Publications on the shelf or in the bin whose id, in hexadecimal digits, begins with `prefix`; at most a hundred.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_publications(&self, prefix: &str) -> Result<Vec<PublicationRecord>, StoreError> {
        let prefix = prefix.to_ascii_lowercase();
        if prefix.len() > 32 || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Vec::new());
        }
        let query = format!(
            "SELECT {COLUMNS} FROM publication WHERE state <> 2 AND substr(lower(hex(id)), 1, length(?1)) = ?1 \
             ORDER BY row LIMIT {MAX_MATCHES}"
        );
        self.read(|connection| {
            let mut found = records(connection, &query, [&prefix])?;
            if let [only] = found.as_mut_slice() {
                only.metadata.description = description(connection, only.row)?;
            }
            Ok(found)
        })
    }

    /// Rows of the publications on the shelf, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shelf_rows(&self) -> Result<Vec<i64>, StoreError> {
        self.read(shelf_rows)
    }

    /// Rows of the publications that are stored but not on the shelf, in order: what search must not find.
    ///
    /// # Errors
    /// When the database fails.
    pub fn binned_rows(&self) -> Result<Vec<i64>, StoreError> {
        self.read(off_shelf_rows)
    }

    /// The table of contents, or `None` if the publication is not (or no longer) in the library.
    ///
    /// # Errors
    /// When the database fails.
    pub fn toc(&self, row: i64) -> Result<Option<Vec<TocEntry>>, StoreError> {
        let toc = self.read(|connection| {
            connection
                .prepare_cached("SELECT toc FROM publication_detail WHERE publication = ?1")?
                .query_row([row], |row| from_json::<Vec<TocEntryJson>>(row, 0))
                .optional()
        })?;
        Ok(toc.map(|entries| entries.into_iter().map(Into::into).collect()))
    }

    fn one(&self, condition: &str, value: impl Params) -> Result<Option<PublicationRecord>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM publication WHERE {condition} AND state <> 2");
        self.read(|connection| {
            let record = connection.prepare_cached(&query)?.query_row(value, PublicationRecord::of_row).optional()?;
            let Some(mut record) = record else { return Ok(None) };
            record.metadata.description = description(connection, record.row)?;
            Ok(Some(record))
        })
    }
}

pub(super) fn records(
    connection: &Connection,
    query: &str,
    values: impl Params,
) -> Result<Vec<PublicationRecord>, rusqlite::Error> {
    connection.prepare_cached(query)?.query_map(values, PublicationRecord::of_row)?.collect()
}

fn description(connection: &Connection, row: i64) -> Result<Option<String>, rusqlite::Error> {
    let found = connection
        .prepare_cached("SELECT description FROM publication_detail WHERE publication = ?1")?
        .query_row([row], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

fn rows(connection: &Connection, query: &str) -> Result<Vec<i64>, rusqlite::Error> {
    connection.prepare_cached(query)?.query_map([], |row| row.get(0))?.collect()
}

/// Rows that search leaves out.
pub(crate) fn off_shelf_rows(connection: &Connection) -> Result<Vec<i64>, rusqlite::Error> {
    rows(connection, "SELECT row FROM publication WHERE state <> 0 ORDER BY row")
}

/// Rows of the shelf.
pub(crate) fn shelf_rows(connection: &Connection) -> Result<Vec<i64>, rusqlite::Error> {
    rows(connection, "SELECT row FROM publication WHERE state = 0 ORDER BY row")
}
