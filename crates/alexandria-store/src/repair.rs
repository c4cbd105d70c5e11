//! Repair: rebuilding what is derived from the text, and removing orphaned rows. What only a reader or a book's file could
//! bring back is not touched here.

use alexandria_domain::Passage;
use rusqlite::{Connection, Transaction, params};

use crate::analysis::PreparedPassage;
use crate::check::terms_are_inconsistent;
use crate::common_sets;
use crate::error::StoreError;
use crate::passages::{COLUMNS, PassageRecord};
use crate::publication::insert_terms;
use crate::store::Store;

/// What was repaired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// Rows removed that belonged to no publication.
    pub orphaned_rows: usize,
    /// Whether the term index was rebuilt.
    pub terms: bool,
}

/// Passages read at once while the term index is rebuilt.
const BATCH: u32 = 256;

/// Rows of each kind that belong to no publication.
const DELETE_ORPHANS: &[&str] = &[
    "DELETE FROM passage WHERE id >> 20 NOT IN (SELECT row FROM publication)",
    "DELETE FROM section WHERE publication NOT IN (SELECT row FROM publication)",
    "DELETE FROM publication_detail WHERE publication NOT IN (SELECT row FROM publication)",
    "DELETE FROM thumbnail WHERE publication NOT IN (SELECT row FROM publication)",
];

impl Store {
    /// Repairs what [`check`](Self::check) calls repairable, in one transaction.
    ///
    /// # Errors
    /// When the database fails; nothing was changed then.
    pub fn repair(&self) -> Result<RepairReport, StoreError> {
        self.write(|transaction| {
            let mut repaired = RepairReport::default();
            for removal in DELETE_ORPHANS {
                repaired.orphaned_rows += transaction.execute(removal, [])?;
            }
            if terms_are_inconsistent(transaction)? {
                rebuild_terms(transaction)?;
                repaired.terms = true;
            }
            Ok(repaired)
        })
    }
}

fn rebuild_terms(transaction: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    transaction.execute("INSERT INTO passage_terms (passage_terms) VALUES ('delete-all')", [])?;
    let mut after = i64::MIN;
    loop {
        let batch = after_id(transaction, after)?;
        let Some(last) = batch.last() else { return common_sets::rebuild_all(transaction) };
        after = last.id.to_i64();
        for record in batch {
            insert_terms(transaction, record.id, &PreparedPassage::new(passage(record)))?;
        }
    }
}

fn after_id(connection: &Connection, after: i64) -> Result<Vec<PassageRecord>, rusqlite::Error> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM passage WHERE id > ?1 ORDER BY id LIMIT ?2"))?
        .query_map(params![after, BATCH], PassageRecord::of_row)?
        .collect()
}

fn passage(record: PassageRecord) -> Passage {
    let PassageRecord { section, start, text, heading_path, tokens, .. } = record;
    Passage { section, start, text, heading_path, tokens }
}

#[cfg(test)]
mod tests;
