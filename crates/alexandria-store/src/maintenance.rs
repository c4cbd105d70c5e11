//! Maintenance of the database while the library is idle.

use rusqlite::Connection;

use crate::common_sets;
use crate::error::StoreError;
use crate::store::Store;

/// The `meta` key that exists while the term index may hold terms of purged text: the row purged last.
pub(crate) const PURGED_TERMS: &str = "terms-to-forget";
/// Pages of the term index merged in one transaction: few enough that other writes hardly wait.
const MERGE_PAGES: i64 = 256;
/// Merging transactions in one call; the next call continues.
const MAX_MERGES: usize = 64;
/// Publications whose common sets are built in one call: about a second of work.
const MAX_SETS: usize = 32;
/// Attempts to truncate the write-ahead log in one call. In each the engine waits for its read connections.
const MAX_CHECKPOINT_ATTEMPTS: usize = 3;

impl Store {
    /// Does a bounded amount of maintenance: builds common sets, merges segments of the term index, and copies the
    /// write-ahead log into the database. After a purge the whole index is merged, as only that removes the purged terms. Call it after imports and
    /// purges and when idle; other writes can run between its steps. Returns whether all sets are built and the term index
    /// is merged completely; if not, the next call continues.
    ///
    /// It purges nothing: the row of a publication that was deleted permanently records that its vectors and its file may
    /// still be there, and only the caller that removed those may [`purge`](Self::purge) it.
    ///
    /// # Errors
    /// When the database fails; what was done stays.
    pub fn maintenance(&self) -> Result<bool, StoreError> {
        let built = self.build_sets(MAX_SETS)?;
        let merged = self.merge_terms(MAX_MERGES, MERGE_PAGES)?;
        self.with_writer(|connection| connection.execute_batch("PRAGMA optimize;"))?;
        // Last, as everything before it may write.
        self.truncate_log()?;
        self.with_writer(|connection| connection.execute_batch("PRAGMA shrink_memory;"))?;
        Ok(built && merged)
    }

    /// Builds the common sets of at most `publications` publications. Returns whether all have theirs.
    fn build_sets(&self, publications: usize) -> Result<bool, StoreError> {
        for _ in 0..publications {
            if self.build_common_sets()? {
                return Ok(true);
            }
        }
        self.read(common_sets::are_complete)
    }

    /// Merges in at most `rounds` transactions, about `pages` pages in each. Returns whether nothing is left to merge.
    fn merge_terms(&self, rounds: usize, pages: i64) -> Result<bool, StoreError> {
        let purged = self.meta_get(PURGED_TERMS)?;
        for round in 0..rounds {
            // A negative number starts a merge of all segments into one; a positive one continues it, or merges
            // segments of one size as far as worth while.
            let pages = if purged.is_some() && round == 0 { -pages } else { pages };
            if !self.write(|transaction| merge(transaction, pages).map_err(StoreError::from))? {
                self.clear_purged_terms(purged.as_deref())?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Copies the log into the database and truncates it, as it holds earlier versions of pages, also of purged text. A
    /// long read can prevent that; the next maintenance tries again, and so does the last connection that closes.
    fn truncate_log(&self) -> Result<(), StoreError> {
        for _ in 0..MAX_CHECKPOINT_ATTEMPTS {
            if self.with_writer(checkpoint)? {
                return Ok(());
            }
        }
        tracing::warn!("the database's log was not truncated, because it is being read");
        Ok(())
    }

    /// Records that the terms of the purge `last`, and of those before it, are gone. A purge in the meantime has written
    /// another value.
    fn clear_purged_terms(&self, last: Option<&[u8]>) -> Result<(), StoreError> {
        let Some(last) = last else { return Ok(()) };
        self.write(|transaction| {
            transaction.execute("DELETE FROM meta WHERE key = ?1 AND value = ?2", (PURGED_TERMS, last))?;
            Ok(())
        })
    }
}

/// Merges about `pages` pages. Returns whether anything was done: FTS5 changes fewer than two rows when there is
/// nothing left to merge (<https://sqlite.org/fts5.html#the_merge_command>).
fn merge(connection: &Connection, pages: i64) -> Result<bool, rusqlite::Error> {
    let before = connection.total_changes();
    connection
        .prepare_cached("INSERT INTO passage_terms (passage_terms, rank) VALUES ('merge', ?1)")?
        .execute([pages])?;
    Ok(connection.total_changes() - before >= 2)
}

/// Copies all of the log into the database and truncates it. Returns whether no reader prevented that.
fn checkpoint(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}

#[cfg(test)]
mod tests;
