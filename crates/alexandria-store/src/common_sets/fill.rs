//! Writing, deleting and checking the sets of publications.

use alexandria_domain::{Passage, PassageId};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{BUCKETS, PublicationSets, row_id};
use crate::analysis::PreparedPassage;
use crate::error::StoreError;
use crate::number::unsigned;
use crate::passages::{COLUMNS, PassageRecord};
use crate::store::Store;

impl Store {
    /// Builds the common sets of one publication that has none; that takes a fraction of a second. Returns whether no other
    /// is left. Until then searches for common words are slower. Insertion leaves this to later, because it would take half
    /// as long again, and nobody searches for common words first.
    ///
    /// # Errors
    /// When the database fails; what was built before stays.
    pub fn build_common_sets(&self) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let next = "SELECT row FROM publication WHERE has_common_sets = 0 LIMIT 1";
            let row: Option<i64> = transaction.query_row(next, [], |row| row.get(0)).optional()?;
            let Some(row) = row else { return Ok(true) };
            rebuild(transaction, row)?;
            Ok(false)
        })
    }
}

/// Stores the sets of a publication that has none.
fn insert(connection: &Connection, row: i64, sets: &PublicationSets) -> Result<(), rusqlite::Error> {
    let mut insert = connection.prepare_cached("INSERT INTO common_set (id, sets) VALUES (?1, ?2)")?;
    for (bucket, sets) in sets.rows() {
        insert.execute((row_id(bucket, row), sets))?;
    }
    connection.prepare_cached("UPDATE publication SET has_common_sets = 1 WHERE row = ?1")?.execute([row])?;
    Ok(())
}

/// Deletes the sets of a publication.
pub(crate) fn delete(connection: &Connection, row: i64) -> Result<(), rusqlite::Error> {
    let mut delete = connection.prepare_cached("DELETE FROM common_set WHERE id = ?1")?;
    for bucket in 0..BUCKETS {
        delete.execute([row_id(bucket, row)])?;
    }
    Ok(())
}

/// Number of the publications whose sets are not those of their passages, and of the rows that belong to none. A
/// publication without sets does not count.
pub(crate) fn differing(connection: &Connection) -> Result<u64, rusqlite::Error> {
    let mut wrong: u64 = 0;
    let mut expected_rows: u64 = 0;
    let mut select = connection.prepare("SELECT row FROM publication WHERE has_common_sets = 1")?;
    for row in select.query_map([], |row| row.get::<_, i64>(0))? {
        let row = row?;
        let rows = sets_of(connection, row)?.rows();
        let mut is_same = true;
        for (bucket, sets) in &rows {
            let found: Option<Vec<u8>> = connection
                .prepare_cached("SELECT sets FROM common_set WHERE id = ?1")?
                .query_row([row_id(*bucket, row)], |row| row.get(0))
                .optional()?;
            is_same &= found.as_ref() == Some(sets);
            expected_rows += u64::from(found.is_some());
        }
        wrong += u64::from(!is_same);
    }
    let rows: u64 = connection.query_row("SELECT count(*) FROM common_set", [], |row| unsigned(row, 0))?;
    Ok(wrong + rows.saturating_sub(expected_rows))
}

/// Builds the sets of every publication again.
pub(crate) fn rebuild_all(transaction: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    transaction.execute("DELETE FROM common_set", [])?;
    let mut select = transaction.prepare("SELECT row FROM publication")?;
    for row in select.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()? {
        rebuild(transaction, row)?;
    }
    Ok(())
}

fn rebuild(connection: &Connection, row: i64) -> Result<(), rusqlite::Error> {
    delete(connection, row)?;
    insert(connection, row, &sets_of(connection, row)?)
}

/// The sets of a publication's stored passages.
fn sets_of(connection: &Connection, row: i64) -> Result<PublicationSets, rusqlite::Error> {
    let (first, last) = PassageId::range_of(row).into_inner();
    let mut select =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM passage WHERE id BETWEEN ?1 AND ?2 ORDER BY id"))?;
    let mut sets = PublicationSets::default();
    for record in select.query_map([first.to_i64(), last.to_i64()], PassageRecord::of_row)? {
        let PassageRecord { id, section, start, text, tokens, .. } = record?;
        let passage = Passage { section, start, text, heading_path: Vec::new(), tokens };
        sets.add(u32::try_from(id.ordinal()).unwrap_or(u32::MAX), &PreparedPassage::new(passage));
    }
    Ok(sets)
}
