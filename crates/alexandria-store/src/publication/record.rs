//! A publication as it is listed.

use alexandria_domain::op::Membership;
use alexandria_domain::{Format, Metadata, PublicationId, ReadingStatus, Series};
use rusqlite::Row;

use crate::json::{IdentifierJson, from_json, unreadable};
use crate::number::unsigned;

/// A publication, with the columns that lists show. One row of a query that must not be split: a list of 10,000 books is
/// one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicationRecord {
    /// Its id.
    pub id: PublicationId,
    /// Its number on this device, which its passages' ids begin with. Never used again for another publication.
    pub row: i64,
    /// On the shelf or in the bin.
    pub membership: Membership,
    /// When its membership changed last, in milliseconds since 1970.
    pub moved_ms: u64,
    /// What its file says about it, with what the reader has changed. Lists leave the description out.
    pub metadata: Metadata,
    /// The title that the reader sorts it by, if it is another.
    pub sort_title: Option<String>,
    /// Whether the reader has changed the metadata.
    pub is_edited: bool,
    /// The reader's stars, 1 to 5; 0 for none.
    pub rating: u8,
    /// The reading status, if the reader has set one.
    pub status: Option<ReadingStatus>,
    /// The format of its file.
    pub format: Format,
    /// Sections in reading order.
    pub sections: u32,
    /// Passages.
    pub passages: u32,
    /// Passages whose vectors are in the vector index; the first ones in reading order.
    pub embedded: u32,
    /// Size of its file in bytes.
    pub byte_size: u64,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: u64,
    /// When it was last read on this device, in milliseconds since 1970.
    pub opened_ms: Option<u64>,
    /// How far it was read on this device, 0 to 1.
    pub progression: Option<f64>,
    /// Whether its file has a cover.
    pub has_cover: bool,
}

/// The columns [`of_row`](PublicationRecord::of_row) reads.
pub(super) const COLUMNS: &str = "row, id, state, moved_ms, ifnull(preferred_title, title), authors, language, \
    identifiers, series, series_position, publisher, published, subjects, right_to_left, format, sections, passages, \
    embedded, byte_size, added_ms, opened_ms, progression, cover_type IS NOT NULL, sort_title, rating, reading_status, \
    EXISTS (SELECT 1 FROM publication_file_metadata AS file WHERE file.publication = row)";

impl PublicationRecord {
    pub(super) fn of_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        let series: Option<String> = row.get(8)?;
        let position = row.get(9)?;
        let identifiers: Vec<IdentifierJson> = from_json(row, 7)?;
        let format: String = row.get(14)?;
        Ok(Self {
            row: row.get(0)?,
            id: PublicationId::from_bytes(row.get(1)?),
            membership: membership_of(row.get(2)?),
            moved_ms: unsigned(row, 3)?,
            metadata: Metadata {
                title: row.get(4)?,
                authors: from_json(row, 5)?,
                language: row.get(6)?,
                identifiers: identifiers.into_iter().map(Into::into).collect(),
                series: series.map(|name| Series { name, position }),
                publisher: row.get(10)?,
                published: row.get(11)?,
                subjects: from_json(row, 12)?,
                description: None,
                right_to_left: row.get(13)?,
            },
            format: Format::from_name(&format).ok_or_else(|| unreadable(14, "unknown format"))?,
            sections: row.get(15)?,
            passages: row.get(16)?,
            embedded: row.get(17)?,
            byte_size: unsigned(row, 18)?,
            added_ms: unsigned(row, 19)?,
            opened_ms: row.get::<_, Option<i64>>(20)?.and_then(|ms| u64::try_from(ms).ok()),
            progression: row.get(21)?,
            has_cover: row.get(22)?,
            sort_title: row.get(23)?,
            rating: row.get(24)?,
            status: ReadingStatus::from_name(row.get_ref(25)?.as_str()?),
            is_edited: row.get(26)?,
        })
    }
}

/// How a membership is stored; the schema's checks and indexes name the numbers.
pub(crate) const fn state_of(membership: Membership) -> u8 {
    match membership {
        Membership::Shelf => 0,
        Membership::Bin => 1,
        Membership::Gone => 2,
    }
}

pub(super) const fn membership_of(state: u8) -> Membership {
    match state {
        0 => Membership::Shelf,
        1 => Membership::Bin,
        _ => Membership::Gone,
    }
}
