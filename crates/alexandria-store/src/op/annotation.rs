//! Reading annotations, which are merged from their ops each time: a library has thousands of them, not millions.

use alexandria_domain::{Annotation, AnnotationId, Entity, Op, PublicationId};
use rusqlite::Connection;

use super::encoding::{ANNOTATION, entity_text};
use super::row::{COLUMNS, op_of_row};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The annotations of one publication, or of all that are stored or were; deleted ones too. In no particular order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn annotations(&self, publication: Option<&PublicationId>) -> Result<Vec<Annotation>, StoreError> {
        let ops = self.read(|connection| ops(connection, publication))?;
        Ok(ops.chunk_by(|one, other| one.entity == other.entity).filter_map(Annotation::of_ops).collect())
    }

    /// The ops on one annotation, of all devices.
    ///
    /// # Errors
    /// When the database fails.
    pub fn annotation_ops(&self, id: AnnotationId, publication: PublicationId) -> Result<Vec<Op>, StoreError> {
        let entity = entity_text(&Entity::Annotation { id, publication });
        self.read(|connection| {
            let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM op WHERE entity = ?1"))?;
            let ops = select.query_map([entity], op_of_row)?.collect::<Result<Vec<_>, _>>()?;
            Ok(ops.into_iter().flatten().collect())
        })
    }
}

/// The ops on annotations, those on the same one side by side.
fn ops(connection: &Connection, publication: Option<&PublicationId>) -> Result<Vec<Op>, rusqlite::Error> {
    // The first text after all that begin with the prefix.
    let end = ANNOTATION.replace(':', ";");
    let all = format!("SELECT {COLUMNS} FROM op WHERE entity > ?1 AND entity < ?2");
    let rows: Vec<Option<Op>> = match publication {
        None => {
            let mut select = connection.prepare_cached(&format!("{all} ORDER BY entity"))?;
            select.query_map([ANNOTATION, &end], op_of_row)?.collect::<Result<_, _>>()?
        }
        Some(owner) => {
            let mut select = connection.prepare_cached(&format!("{all} AND owner = ?3 ORDER BY entity"))?;
            select.query_map((ANNOTATION, &end, owner.as_bytes()), op_of_row)?.collect::<Result<_, _>>()?
        }
    };
    Ok(rows.into_iter().flatten().collect())
}
