//! Checking the database for `doctor`. Changes nothing.

use rusqlite::Connection;

use crate::common_sets;
use crate::error::StoreError;
use crate::store::Store;

/// Result of a check, in the engine's words and without any content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrityReport {
    /// All problems; empty if there are none.
    pub problems: Vec<String>,
    /// Whether [`Store::repair`] can repair all of it: no page is damaged, and the rest is derived from the text.
    pub repairable: bool,
}

/// Problems listed before a check gives up.
const MAX_PROBLEMS: usize = 20;

/// Orphaned rows that no foreign key detects: passages and terms refer to their publication by number.
const ORPHANED_PASSAGES: &str = "SELECT count(*) FROM passage WHERE id >> 20 NOT IN (SELECT row FROM publication)";

impl Store {
    /// Checks that every page authenticates, that the structure is intact, that references are valid and that the term index
    /// is consistent. Reads the whole file.
    ///
    /// # Errors
    /// When the check cannot run.
    pub fn check(&self) -> Result<IntegrityReport, StoreError> {
        // A database with damaged pages has no structure to speak of.
        let mut problems = self.with_writer(|connection| {
            let mut problems = pages(connection)?;
            if problems.is_empty() {
                problems = structure(connection)?;
            }
            Ok(problems)
        })?;
        if !problems.is_empty() {
            problems.truncate(MAX_PROBLEMS);
            return Ok(IntegrityReport { problems, repairable: false });
        }
        let problems = self.with_writer(derived)?;
        Ok(IntegrityReport { repairable: !problems.is_empty(), problems })
    }
}

/// Pages that do not authenticate. The check reads the file itself, so the log has to be in it.
fn pages(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    texts(connection, "PRAGMA cipher_integrity_check")
}

/// What SQLite reports of its own structure. It checks the term index too, whose problems are reported by `derived`.
fn structure(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut problems = texts(connection, &format!("PRAGMA integrity_check({MAX_PROBLEMS})"))?;
    problems.retain(|problem| problem != "ok" && !problem.contains("passage_terms"));
    Ok(problems)
}

/// Problems of what can be rebuilt, or removed without loss.
fn derived(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut problems = Vec::new();
    let mut violations = connection.prepare("PRAGMA foreign_key_check")?;
    let tables: Vec<String> = violations.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    problems.extend(tables.into_iter().map(|table| format!("a row of {table} refers to nothing")));
    let foreign: i64 = connection.query_row(ORPHANED_PASSAGES, [], |row| row.get(0))?;
    if foreign > 0 {
        problems.push(format!("{foreign} passages refer to nothing"));
    }
    if terms_are_inconsistent(connection)? {
        problems.push("the term index is inconsistent".to_owned());
    }
    problems.truncate(MAX_PROBLEMS);
    Ok(problems)
}

/// Whether the term index, or what was built from it, is not that of the passages.
pub(crate) fn terms_are_inconsistent(connection: &Connection) -> Result<bool, rusqlite::Error> {
    if connection.execute("INSERT INTO passage_terms (passage_terms) VALUES ('integrity-check')", []).is_err() {
        return Ok(true);
    }
    let differing: i64 = connection.query_row(
        "SELECT (SELECT count(*) FROM passage WHERE id NOT IN (SELECT id FROM passage_terms_docsize)) \
         + (SELECT count(*) FROM passage_terms_docsize WHERE id NOT IN (SELECT id FROM passage))",
        [],
        |row| row.get(0),
    )?;
    Ok(differing > 0 || common_sets::differing(connection)? > 0)
}

fn texts(connection: &Connection, query: &str) -> Result<Vec<String>, rusqlite::Error> {
    connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}
