//! Sections of a publication.

use alexandria_domain::SectionExtent;
use rusqlite::Row;

use crate::error::StoreError;
use crate::json::from_json;
use crate::number::unsigned;
use crate::store::Store;

/// A section of the reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionRecord {
    /// Its address, and where it lies in the publication.
    pub place: SectionExtent,
    /// Its own label in the table of contents, if it is listed there.
    pub title: Option<String>,
    /// Part of the running text.
    pub linear: bool,
    /// Its labels in the table of contents, outermost first.
    pub toc_path: Vec<String>,
}

impl Store {
    /// The sections of a publication, in reading order: the one at index `n` is number `n`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sections(&self, row: i64) -> Result<Vec<SectionRecord>, StoreError> {
        let mut sections: Vec<SectionRecord> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT href, media_type, chars, chars_before, positions_before, linear, toc_path FROM section \
                     WHERE publication = ?1 ORDER BY number",
                )?
                .query_map([row], section_of_row)?
                .collect()
        })?;
        let total = sections.iter().map(|section| u64::from(section.place.chars)).sum();
        for section in &mut sections {
            section.place.total_chars = total;
        }
        Ok(sections)
    }
}

fn section_of_row(row: &Row<'_>) -> Result<SectionRecord, rusqlite::Error> {
    let toc_path: Vec<String> = from_json(row, 6)?;
    Ok(SectionRecord {
        place: SectionExtent {
            href: row.get(0)?,
            media_type: row.get(1)?,
            chars: row.get(2)?,
            chars_before: unsigned(row, 3)?,
            positions_before: row.get(4)?,
            // Set when all sections are read.
            total_chars: 0,
        },
        title: toc_path.last().cloned(),
        linear: row.get(5)?,
        toc_path,
    })
}
