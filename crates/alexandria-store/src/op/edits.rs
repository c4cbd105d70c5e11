//! Keeping a publication's row and its collections in step with the reader's edits, and collections with their ops, so that
//! lists are one query.

use alexandria_domain::{
    Collection, CollectionId, Entity, Metadata, Op, PublicationEdits, PublicationId, ReadingStatus, Series,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::encoding::entity_text;
use super::row::{COLUMNS, op_of_row};
use crate::analysis;
use crate::error::StoreError;
use crate::json::{from_json, to_json};
use crate::store::Store;

/// What the file says of the properties that readers can change. The title has a column of its own.
#[derive(Serialize, Deserialize)]
struct FileMetadataJson {
    authors: Vec<String>,
    language: String,
    subjects: Vec<String>,
    series: Option<String>,
    series_position: Option<String>,
    published: Option<String>,
    description: Option<String>,
}

impl Store {
    /// What the reader has changed about a publication.
    ///
    /// # Errors
    /// When the database fails.
    pub fn publication_edits(&self, id: &PublicationId) -> Result<PublicationEdits, StoreError> {
        let ops = self.read(|connection| ops_on(connection, &Entity::Publication(*id)))?;
        Ok(PublicationEdits::of_ops(&ops))
    }

    /// What the file of a publication says of it; `None` if it is not here. Without identifiers, publisher and direction,
    /// which readers cannot change.
    ///
    /// # Errors
    /// When the database fails.
    pub fn file_metadata(&self, id: &PublicationId) -> Result<Option<Metadata>, StoreError> {
        self.read(|connection| {
            let Some(row) = row_of(connection, id)? else { return Ok(None) };
            let stored = stored_file_metadata(connection, row)?;
            Ok(Some(match stored {
                Some(metadata) => metadata,
                None => current_metadata(connection, row)?,
            }))
        })
    }

    /// A collection, also a deleted one; `None` if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn collection(&self, id: CollectionId) -> Result<Option<Collection>, StoreError> {
        let ops = self.read(|connection| ops_on(connection, &Entity::Collection(id)))?;
        Ok(Collection::of_ops(&ops))
    }
}

/// Copies the reader's edits of a publication into its row. If it is not stored here, there is nothing to copy.
pub(crate) fn refresh_edits(connection: &Connection, id: &PublicationId) -> Result<(), rusqlite::Error> {
    let Some(row) = row_of(connection, id)? else { return Ok(()) };
    let edits = PublicationEdits::of_ops(&ops_on(connection, &Entity::Publication(*id))?);
    let stored = stored_file_metadata(connection, row)?;
    if edits.has_metadata() || stored.is_some() {
        let file = match &stored {
            Some(metadata) => metadata.clone(),
            None => current_metadata(connection, row)?,
        };
        if stored.is_none() {
            connection
                .prepare_cached("INSERT INTO publication_file_metadata (publication, metadata) VALUES (?1, ?2)")?
                .execute(params![row, to_json(&FileMetadataJson::from(&file))?])?;
        }
        write_metadata(connection, row, &edits.apply(&file))?;
        if !edits.has_metadata() {
            connection
                .prepare_cached("DELETE FROM publication_file_metadata WHERE publication = ?1")?
                .execute([row])?;
        }
    }
    let sort_title = edits.sort_title.as_ref().filter(|title| !title.is_empty());
    connection
        .prepare_cached(
            "UPDATE publication SET rating = ?2, reading_status = ?3, sort_title = ?4, sort_folded = ?5 WHERE row = ?1",
        )?
        .execute(params![
            row,
            edits.rating.unwrap_or(0),
            edits.status.map_or("", ReadingStatus::name),
            sort_title,
            sort_title.map(|title| analysis::fold(title)),
        ])?;
    connection.prepare_cached("DELETE FROM collection_member WHERE publication = ?1")?.execute([row])?;
    let mut member =
        connection.prepare_cached("INSERT INTO collection_member (collection, publication) VALUES (?1, ?2)")?;
    edits.collections.iter().try_for_each(|id| member.execute(params![id.as_bytes(), row]).map(|_| ()))
}

/// Copies a collection from its ops into its row; one that is deleted has none.
pub(crate) fn refresh_collection(connection: &Connection, id: CollectionId) -> Result<(), rusqlite::Error> {
    let merged = Collection::of_ops(&ops_on(connection, &Entity::Collection(id))?);
    let Some(collection) = merged.filter(|collection| !collection.is_deleted) else {
        connection.prepare_cached("DELETE FROM collection WHERE id = ?1")?.execute([id.as_bytes()])?;
        return Ok(());
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO collection (id, name, name_folded, filter) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![id.as_bytes(), collection.name, analysis::fold(&collection.name), collection.filter])?;
    Ok(())
}

/// The ops on one entity that this version understands.
fn ops_on(connection: &Connection, entity: &Entity) -> Result<Vec<Op>, rusqlite::Error> {
    let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM op WHERE entity = ?1"))?;
    let ops = select.query_map([entity_text(entity)], op_of_row)?.collect::<Result<Vec<_>, _>>()?;
    Ok(ops.into_iter().flatten().collect())
}

fn row_of(connection: &Connection, id: &PublicationId) -> Result<Option<i64>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT row FROM publication WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()
}

fn stored_file_metadata(connection: &Connection, row: i64) -> Result<Option<Metadata>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT metadata, title FROM publication_file_metadata \
             JOIN publication ON publication.row = publication_file_metadata.publication WHERE row = ?1",
        )?
        .query_row([row], |row| {
            let json: FileMetadataJson = from_json(row, 0)?;
            Ok(Metadata { title: row.get(1)?, ..json.into() })
        })
        .optional()
}

/// The metadata in the columns, with the file's title.
fn current_metadata(connection: &Connection, row: i64) -> Result<Metadata, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT authors, subjects, title, language, series, series_position, published, description \
             FROM publication LEFT JOIN publication_detail ON publication_detail.publication = row WHERE row = ?1",
        )?
        .query_row([row], |row| {
            let series: Option<String> = row.get(4)?;
            let position = row.get(5)?;
            Ok(Metadata {
                authors: from_json(row, 0)?,
                subjects: from_json(row, 1)?,
                title: row.get(2)?,
                language: row.get(3)?,
                series: series.map(|name| Series { name, position }),
                published: row.get(6)?,
                description: row.get(7)?,
                ..Metadata::default()
            })
        })
}

/// Writes what lists show and filters look in, without the title.
fn write_metadata(connection: &Connection, row: i64, metadata: &Metadata) -> Result<(), rusqlite::Error> {
    let series = metadata.series.as_ref();
    connection
        .prepare_cached(
            "UPDATE publication SET authors = ?2, authors_folded = ?3, subjects = ?4, subjects_folded = ?5, language = ?6, \
             series = ?7, series_folded = ?8, series_position = ?9, series_number = CAST(?9 AS REAL), published = ?10 \
             WHERE row = ?1",
        )?
        .execute(params![
            row,
            to_json(&metadata.authors)?,
            analysis::fold_all(&metadata.authors),
            to_json(&metadata.subjects)?,
            analysis::fold_all(&metadata.subjects),
            metadata.language,
            series.map(|series| &series.name),
            series.map_or_else(String::new, |series| analysis::fold(&series.name)),
            series.and_then(|series| series.position.as_ref()),
            metadata.published,
        ])?;
    connection
        .prepare_cached("UPDATE publication_detail SET description = ?2 WHERE publication = ?1")?
        .execute(params![row, metadata.description])?;
    Ok(())
}

impl From<&Metadata> for FileMetadataJson {
    fn from(metadata: &Metadata) -> Self {
        let series = metadata.series.clone();
        Self {
            authors: metadata.authors.clone(),
            language: metadata.language.clone(),
            subjects: metadata.subjects.clone(),
            series_position: series.as_ref().and_then(|series| series.position.clone()),
            series: series.map(|series| series.name),
            published: metadata.published.clone(),
            description: metadata.description.clone(),
        }
    }
}

impl From<FileMetadataJson> for Metadata {
    fn from(json: FileMetadataJson) -> Self {
        let position = json.series_position;
        Self {
            authors: json.authors,
            language: json.language,
            subjects: json.subjects,
            series: json.series.map(|name| Series { name, position }),
            published: json.published,
            description: json.description,
            ..Self::default()
        }
    }
}
