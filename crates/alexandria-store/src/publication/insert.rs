//! Inserting a publication: all of it in one transaction, or nothing.

use alexandria_domain::op::Membership;
use alexandria_domain::{
    CodedError, ErrorCode, Format, Metadata, Op, PassageId, PublicationId, Section, SectionExtent, TocEntry,
};
use rusqlite::{Connection, Transaction, params};

use super::password::{self, FilePassword};
use super::purge;
use super::record::state_of;
use crate::analysis::{self, PreparedPassage};
use crate::device;
use crate::error::StoreError;
use crate::json::{IdentifierJson, TocEntryJson, to_json};
use crate::number::signed;
use crate::op;
use crate::store::Store;

/// A publication to insert.
#[derive(Clone, Copy, Debug)]
pub struct NewPublication<'a> {
    /// Keyed hash of its file.
    pub id: PublicationId,
    /// What its file says about it.
    pub metadata: &'a Metadata,
    /// The format of its file.
    pub format: Format,
    /// Its table of contents.
    pub toc: &'a [TocEntry],
    /// Media type of its cover, if it has one.
    pub cover_media_type: Option<&'a str>,
    /// Its sections in reading order.
    pub sections: &'a [Section],
    /// Its passages in reading order.
    pub passages: &'a [PreparedPassage],
    /// Size of its file in bytes.
    pub byte_size: u64,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: u64,
    /// What opens its file, if it has a password.
    pub password: Option<FilePassword<'a>>,
    /// The op that puts it on the shelf.
    pub op: &'a Op,
}

/// Why a publication was not inserted. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum InsertError {
    /// It is in the library already.
    #[error("the publication is in the library already{}", if *.membership == Membership::Bin { ", in the bin; restore it" } else { "" })]
    Duplicate {
        /// Where it is.
        membership: Membership,
    },
    /// More passages than a [`PassageId`] can number.
    #[error("the publication has more than {} passages; split the file", PassageId::MAX_PER_PUBLICATION)]
    TooManyPassages,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CodedError for InsertError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Duplicate { .. } => ErrorCode::InvalidInput,
            Self::TooManyPassages => ErrorCode::LimitExceeded,
            Self::Store(error) => error.code(),
        }
    }
}

impl From<rusqlite::Error> for InsertError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Inserts a publication with its sections, passages, index terms and the op that puts it on the shelf. When this
    /// returns, exact search finds it and it is in the embedding backlog. Returns its row.
    ///
    /// # Errors
    /// [`InsertError::Duplicate`] when it is there already; otherwise when it is too large or the database fails.
    pub fn insert_publication(&self, new: &NewPublication<'_>) -> Result<i64, InsertError> {
        self.write(|transaction| insert_all(transaction, new))
    }
}

pub(super) fn insert_all(transaction: &Transaction<'_>, new: &NewPublication<'_>) -> Result<i64, InsertError> {
    let own = device::own(transaction)?;
    match purge::find(transaction, &new.id)? {
        // Deleted permanently, but the process ended before it was purged.
        Some((row, Membership::Gone)) => purge::purge_row(transaction, &new.id, row, own)?,
        Some((_, membership)) => return Err(InsertError::Duplicate { membership }),
        None => {}
    }
    let row = insert_record(transaction, new)?;
    insert_sections(transaction, row, new)?;
    insert_passages(transaction, row, new.passages)?;
    if let Some(password) = new.password {
        password::insert(transaction, &new.id, password)?;
    }
    op::insert(transaction, new.op, op::Origin::Here)?;
    op::refresh(transaction, &new.id, own)?;
    op::refresh_edits(transaction, &new.id)?;
    Ok(row)
}

fn insert_record(transaction: &Transaction<'_>, new: &NewPublication<'_>) -> Result<i64, InsertError> {
    let passages = u32::try_from(new.passages.len()).unwrap_or(u32::MAX);
    if passages > PassageId::MAX_PER_PUBLICATION {
        return Err(InsertError::TooManyPassages);
    }
    let metadata = new.metadata;
    let identifiers: Vec<IdentifierJson> = metadata.identifiers.iter().map(Into::into).collect();
    let series = metadata.series.as_ref();
    let row = transaction.prepare_cached(include_str!("insert_publication.sql"))?.insert(params![
        new.id.as_bytes(),
        state_of(Membership::Shelf),
        metadata.language,
        new.format.name(),
        analysis::fold(&metadata.title),
        analysis::fold_all(&metadata.authors),
        analysis::fold_all(&metadata.subjects),
        series.map_or_else(String::new, |series| analysis::fold(&series.name)),
        signed(new.sections.len() as u64),
        passages,
        signed(new.added_ms),
        signed(new.op.stamp.millis()),
        metadata.title,
        to_json(&metadata.authors)?,
        to_json(&metadata.subjects)?,
        to_json(&identifiers)?,
        series.map(|series| &series.name),
        series.and_then(|series| series.position.as_ref()),
        metadata.publisher,
        metadata.published,
        metadata.right_to_left,
        new.cover_media_type,
        signed(new.byte_size),
    ])?;
    let toc: Vec<TocEntryJson> = new.toc.iter().map(Into::into).collect();
    transaction
        .prepare_cached("INSERT INTO publication_detail (publication, description, toc) VALUES (?1, ?2, ?3)")?
        .execute(params![row, metadata.description, to_json(&toc)?])?;
    Ok(row)
}

fn insert_sections(transaction: &Transaction<'_>, row: i64, new: &NewPublication<'_>) -> Result<(), InsertError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO section (publication, number, href, media_type, toc_path, linear, chars, chars_before, \
         positions_before, first_passage, passages) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let (mut chars_before, mut positions_before, mut first) = (0_u64, 0_u32, 0);
    for (section, number) in new.sections.iter().zip(0_u32..) {
        let own = new.passages.iter().skip(first).take_while(|prepared| prepared.passage.section == number).count();
        let chars = section.chars();
        insert.execute(params![
            row,
            number,
            section.href,
            section.media_type,
            to_json(&section.toc_path)?,
            section.linear,
            chars,
            signed(chars_before),
            positions_before,
            signed(first as u64),
            signed(own as u64),
        ])?;
        chars_before += u64::from(chars);
        positions_before = positions_before.saturating_add(SectionExtent::positions_of(chars));
        first += own;
    }
    Ok(())
}

fn insert_passages(transaction: &Transaction<'_>, row: i64, passages: &[PreparedPassage]) -> Result<(), InsertError> {
    let mut text = transaction.prepare_cached(
        "INSERT INTO passage (id, section, start, pieces, headings, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (prepared, ordinal) in passages.iter().zip(0_u32..) {
        let id = PassageId::new(row, ordinal).ok_or(InsertError::TooManyPassages)?;
        let passage = &prepared.passage;
        let headings = to_json(&passage.heading_path)?;
        text.execute(params![id.to_i64(), passage.section, passage.start, passage.tokens, headings, passage.text])?;
        insert_terms(transaction, id, prepared)?;
    }
    Ok(())
}

/// Writes the terms of a passage into the index.
pub(crate) fn insert_terms(
    connection: &Connection,
    id: PassageId,
    prepared: &PreparedPassage,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "INSERT INTO passage_terms (rowid, body, heading, forms, repeated) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id.to_i64(), prepared.body, prepared.heading, prepared.forms, prepared.repeated])?;
    Ok(())
}
