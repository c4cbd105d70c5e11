//! Housekeeping for idle moments.

use rusqlite::Connection;

use crate::error::StoreError;
use crate::store::Store;

/// The `meta` key that is there while the term index may hold terms of purged text: the row purged last.
pub(crate) const TERMS_TO_FORGET: &str = "terms-to-forget";
/// Pages of the term index merged in one transaction: short enough that a reader's save does not notice.
const MERGE_PAGES: i64 = 256;
/// Most such transactions in one call; the next call goes on.
const MERGE_ROUNDS: usize = 64;
/// How often the log is tried to be emptied in one call. Each time the engine itself waits for readers.
const LOG_TRIES: usize = 3;

impl Store {
    /// Does a bounded amount of housekeeping: merges segments of the term index, and copies the write-ahead log into
    /// the database. After a purge the whole index is merged, as only that forgets the purged terms. Call it after
    /// imports and purges and when idle; other writes get their turn between its steps. Returns whether the term index
    /// is merged to the end; if not, the next call goes on.
    ///
    /// It purges nothing: the row of a publication that was deleted for good is the note that its vectors and its file
    /// may still be there, and only whoever has removed those may [`purge`](Self::purge) it.
    ///
    /// # Errors
    /// When the database fails; what was done stays.
    pub fn maintenance(&self) -> Result<bool, StoreError> {
        let merged = self.merge_terms(MERGE_ROUNDS, MERGE_PAGES)?;
        self.with_writer(|connection| connection.execute_batch("PRAGMA optimize;"))?;
        // Last, as everything before it may write.
        self.empty_log()?;
        self.with_writer(|connection| connection.execute_batch("PRAGMA shrink_memory;"))?;
        Ok(merged)
    }

    /// Merges in so many transactions at most, about so many pages in each. Returns whether nothing is left to merge.
    fn merge_terms(&self, rounds: usize, pages: i64) -> Result<bool, StoreError> {
        let forget = self.meta_get(TERMS_TO_FORGET)?;
        for round in 0..rounds {
            // A negative number begins to merge all segments into one, a positive one goes on with what was begun, or
            // merges segments of one size as far as worth while.
            let pages = if forget.is_some() && round == 0 { -pages } else { pages };
            if !self.write(|transaction| merge(transaction, pages).map_err(StoreError::from))? {
                self.forgotten(forget.as_deref())?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Copies the log into the database and cuts it to nothing, as it holds pages as they were, also of what is purged.
    /// Whoever reads all the while can prevent that; the next housekeeping tries again, and so does the last connection
    /// that closes.
    fn empty_log(&self) -> Result<(), StoreError> {
        for _ in 0..LOG_TRIES {
            if self.with_writer(checkpoint)? {
                return Ok(());
            }
        }
        tracing::warn!("the database's log was not emptied, because it is being read");
        Ok(())
    }

    /// Takes note that the terms of the purge `last`, and of those before it, are gone. One that came meanwhile has
    /// written another value.
    fn forgotten(&self, last: Option<&[u8]>) -> Result<(), StoreError> {
        let Some(last) = last else { return Ok(()) };
        self.write(|transaction| {
            transaction.execute("DELETE FROM meta WHERE key = ?1 AND value = ?2", (TERMS_TO_FORGET, last))?;
            Ok(())
        })
    }
}

/// Merges about so many pages. Returns whether anything was done: FTS5 changes fewer than two rows when there is
/// nothing left to merge (<https://sqlite.org/fts5.html#the_merge_command>).
fn merge(connection: &Connection, pages: i64) -> Result<bool, rusqlite::Error> {
    let before = connection.total_changes();
    connection
        .prepare_cached("INSERT INTO passage_terms (passage_terms, rank) VALUES ('merge', ?1)")?
        .execute([pages])?;
    Ok(connection.total_changes() - before >= 2)
}

/// Copies all of the log into the database and cuts it to nothing. Returns whether nobody was in the way.
fn checkpoint(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}

#[cfg(test)]
mod tests;
