//! Forgetting what was said of a publication that is deleted for good.

use alexandria_domain::{DeviceId, Entity, Field, PublicationId};
use rusqlite::{Connection, params};

use super::stored::{entity_text, field_text};

/// Forgets the ops on a publication: a place quotes its text, and a title may be the book's own. Those on its
/// membership stay: they are the tombstone, and none of them holds a word.
///
/// What another device has said since the membership changed last stays, too: it may have imported the book anew, and
/// the op that says so be still on its way. What this device has said since was said while the book was being deleted.
pub(crate) fn forget(connection: &Connection, id: &PublicationId, own: DeviceId) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "DELETE FROM op WHERE entity = ?1 AND field <> ?2 AND (device = ?3 \
             OR stamp <= (SELECT max(stamp) FROM op WHERE entity = ?1 AND field = ?2))",
        )?
        .execute(params![entity_text(&Entity::Publication(*id)), field_text(&Field::Membership), own.as_bytes()])?;
    Ok(())
}
