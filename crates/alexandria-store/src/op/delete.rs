//! Deleting what readers wrote about a publication that is deleted permanently.

use alexandria_domain::{DeviceId, Entity, Field, PublicationId};
use rusqlite::{Connection, params};

use super::encoding::{entity_text, field_text};

/// Deletes the ops that the publication owns: a place quotes its text, a title may be the book's own, and what a later
/// version wrote, such as a note, is the reader's words about it. Those on its membership stay: they are the tombstone,
/// and none of them holds a word.
///
/// What another device has written since the membership changed last stays, too: it may have imported the book again,
/// and the op that says so still be on its way. What this device, `own`, has written since was written while the book was
/// being deleted.
pub(crate) fn delete_owned(
    connection: &Connection,
    id: &PublicationId,
    own: Option<DeviceId>,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "DELETE FROM op WHERE owner = ?1 AND NOT (entity = ?2 AND field = ?3) \
             AND (device = ?4 OR stamp <= (SELECT max(stamp) FROM op WHERE entity = ?2 AND field = ?3))",
        )?
        .execute(params![
            id.as_bytes(),
            entity_text(&Entity::Publication(*id)),
            field_text(&Field::Membership),
            own.as_ref().map(|device| device.as_bytes()),
        ])?;
    connection
        .prepare_cached(
            "DELETE FROM wire_op WHERE owner = ?1 \
             AND (device = ?4 OR stamp <= (SELECT max(stamp) FROM op WHERE entity = ?2 AND field = ?3))",
        )?
        .execute(params![
            id.as_bytes(),
            entity_text(&Entity::Publication(*id)),
            field_text(&Field::Membership),
            own.as_ref().map(|device| device.as_bytes()),
        ])?;
    Ok(())
}
