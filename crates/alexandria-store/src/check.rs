//! Checking the database for `doctor`.

use rusqlite::Connection;

use crate::error::StoreError;
use crate::store::Store;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrityReport {
    /// What is wrong, in the engine's words and without any content; empty if all is well.
    pub problems: Vec<String>,
}

/// Problems listed before a check gives up.
const MOST_PROBLEMS: usize = 20;

impl Store {
    /// Checks that every page authenticates, that the structure is whole, that references lead somewhere and that the term
    /// index is consistent. Reads the whole file.
    ///
    /// # Errors
    /// When the check cannot run.
    pub fn check(&self) -> Result<IntegrityReport, StoreError> {
        let mut problems = self.with_writer(pages)?;
        // A database with damaged pages has no structure to speak of.
        if problems.is_empty() {
            problems = self.with_writer(structure)?;
        }
        problems.truncate(MOST_PROBLEMS);
        Ok(IntegrityReport { problems })
    }
}

/// Pages whose code does not authenticate. The check reads the file itself, so the log has to be in it.
fn pages(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    texts(connection, "PRAGMA cipher_integrity_check")
}

fn structure(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut problems = texts(connection, &format!("PRAGMA integrity_check({MOST_PROBLEMS})"))?;
    problems.retain(|problem| problem != "ok");
    let mut violations = connection.prepare("PRAGMA foreign_key_check")?;
    let tables: Vec<String> = violations.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    problems.extend(tables.into_iter().map(|table| format!("a row of {table} refers to nothing")));
    if connection.execute("INSERT INTO passage_terms (passage_terms) VALUES ('integrity-check')", []).is_err() {
        problems.push("the term index is inconsistent".to_owned());
    }
    let unindexed: i64 = connection.query_row(
        "SELECT count(*) FROM passage WHERE id NOT IN (SELECT id FROM passage_terms_docsize)",
        [],
        |row| row.get(0),
    )?;
    if unindexed > 0 {
        problems.push(format!("{unindexed} passages are not in the term index"));
    }
    Ok(problems)
}

fn texts(connection: &Connection, query: &str) -> Result<Vec<String>, rusqlite::Error> {
    connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}
