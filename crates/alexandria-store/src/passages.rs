//! Passages: the stored text.

use alexandria_domain::PassageId;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::StoreError;
use crate::json::from_json;
use crate::store::Store;

/// A passage as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageRecord {
    /// Its id.
    pub id: PassageId,
    /// Number of its section, from 0.
    pub section: u32,
    /// Where it starts in the section's text, in characters.
    pub start: u32,
    /// Its text.
    pub text: String,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// Length of `text` in the embedding model's WordPiece tokens.
    pub tokens: u32,
}

/// `pieces` is the stored name of [`PassageRecord::tokens`].
pub(crate) const COLUMNS: &str = "id, section, start, pieces, headings, text";

impl PassageRecord {
    pub(crate) fn of_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: PassageId::from_i64(row.get(0)?),
            section: row.get(1)?,
            start: row.get(2)?,
            tokens: row.get(3)?,
            heading_path: from_json(row, 4)?,
            text: row.get(5)?,
        })
    }
}

impl Store {
    /// The passages with these ids, in the order of `ids`. Those that do not exist are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn passages(&self, ids: &[PassageId]) -> Result<Vec<PassageRecord>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM passage WHERE id = ?1"))?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(select.query_row([id.to_i64()], PassageRecord::of_row).optional()?);
            }
            Ok(found)
        })
    }

    /// Up to `limit` passages of a publication from number `ordinal` on, in reading order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn passages_from(&self, row: i64, ordinal: u32, limit: u32) -> Result<Vec<PassageRecord>, StoreError> {
        let Some(first) = PassageId::new(row, ordinal) else { return Ok(Vec::new()) };
        let last = *PassageId::range_of(row).end();
        self.read(|connection| in_range(connection, first, last, limit))
    }

    /// The passages of section number `section` of a publication, in reading order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn passages_of_section(&self, row: i64, section: u32) -> Result<Vec<PassageRecord>, StoreError> {
        self.read(|connection| {
            let range: Option<(u32, u32)> = connection
                .prepare_cached("SELECT first_passage, passages FROM section WHERE publication = ?1 AND number = ?2")?
                .query_row((row, section), |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let first = range.and_then(|(first, count)| Some((PassageId::new(row, first)?, count)));
            let Some((first, count)) = first else { return Ok(Vec::new()) };
            in_range(connection, first, *PassageId::range_of(row).end(), count)
        })
    }
}

fn in_range(
    connection: &Connection,
    first: PassageId,
    last: PassageId,
    limit: u32,
) -> Result<Vec<PassageRecord>, rusqlite::Error> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM passage WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3"))?
        .query_map((first.to_i64(), last.to_i64(), limit), PassageRecord::of_row)?
        .collect()
}
