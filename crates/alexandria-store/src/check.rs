//! Checking the database for `doctor`. Changes nothing.

use rusqlite::Connection;

use crate::error::StoreError;
use crate::store::Store;

/// What a check found. In the engine's words, without any content; empty if all is well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrityReport {
    /// All that is wrong.
    pub problems: Vec<String>,
    /// Whether [`Store::repair`] can mend all of it: no page is damaged, and what is wrong follows from the text.
    pub repairable: bool,
}

/// Problems listed before a check gives up.
const MOST_PROBLEMS: usize = 20;

/// Rows that refer to nothing although no foreign key says so: passages and terms know their publication by number.
const FOREIGN_PASSAGES: &str = "SELECT count(*) FROM passage WHERE id >> 20 NOT IN (SELECT row FROM publication)";

impl Store {
    /// Checks that every page authenticates, that the structure is whole, that references lead somewhere and that the term
    /// index is consistent. Reads the whole file.
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
            problems.truncate(MOST_PROBLEMS);
            return Ok(IntegrityReport { problems, repairable: false });
        }
        let problems = self.with_writer(derived)?;
        Ok(IntegrityReport { repairable: !problems.is_empty(), problems })
    }
}

/// Pages whose code does not authenticate. The check reads the file itself, so the log has to be in it.
fn pages(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    texts(connection, "PRAGMA cipher_integrity_check")
}

/// What SQLite says of its own structure. It looks into the term index too, whose trouble is another matter.
fn structure(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut problems = texts(connection, &format!("PRAGMA integrity_check({MOST_PROBLEMS})"))?;
    problems.retain(|problem| problem != "ok" && !problem.contains("passage_terms"));
    Ok(problems)
}

/// What can be made again, or removed without loss.
fn derived(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut problems = Vec::new();
    let mut violations = connection.prepare("PRAGMA foreign_key_check")?;
    let tables: Vec<String> = violations.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    problems.extend(tables.into_iter().map(|table| format!("a row of {table} refers to nothing")));
    let foreign: i64 = connection.query_row(FOREIGN_PASSAGES, [], |row| row.get(0))?;
    if foreign > 0 {
        problems.push(format!("{foreign} passages refer to nothing"));
    }
    if terms_are_inconsistent(connection)? {
        problems.push("the term index is inconsistent".to_owned());
    }
    problems.truncate(MOST_PROBLEMS);
    Ok(problems)
}

/// Whether the term index is not that of the passages.
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
    Ok(differing > 0)
}

fn texts(connection: &Connection, query: &str) -> Result<Vec<String>, rusqlite::Error> {
    connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}
