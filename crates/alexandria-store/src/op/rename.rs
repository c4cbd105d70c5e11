//! Ops of a publication that gets another id.

use alexandria_domain::{Entity, PublicationId};
use rusqlite::{Connection, params};

use super::encoding::{ANNOTATION, entity_text};

/// The ops on the publication `from`, and all others that it owns, become those of `to`. Where a device has written about both on the same field, its
/// later op stays: there can be two only if `to` was here before.
///
/// The card of `from` goes: it names the id in its sealed bytes, and the next run of sync writes one. So do ops of later versions
/// that are stored in the bytes of the wire; they were of another account.
pub(crate) fn rename_entity(
    connection: &Connection,
    from: &PublicationId,
    to: &PublicationId,
) -> Result<(), rusqlite::Error> {
    let names = [entity_text(&Entity::Publication(*from)), entity_text(&Entity::Publication(*to))];
    let delete_earlier = "DELETE FROM op WHERE entity = ?1 AND EXISTS (SELECT 1 FROM op AS other WHERE other.entity = ?2 \
         AND other.field = op.field AND other.device = op.device AND (other.stamp, other.id) >= (op.stamp, op.id))";
    for [this, other] in [[&names[0], &names[1]], [&names[1], &names[0]]] {
        connection.prepare_cached(delete_earlier)?.execute([this, other])?;
    }
    connection.prepare_cached("UPDATE op SET entity = ?2 WHERE entity = ?1")?.execute([&names[0], &names[1]])?;
    connection
        .prepare_cached("UPDATE op SET owner = ?2 WHERE owner = ?1")?
        .execute([from.as_bytes(), to.as_bytes()])?;
    connection.prepare_cached("DELETE FROM wire_op WHERE owner = ?1 OR card_of = ?1")?.execute([from.as_bytes()])?;
    Ok(())
}

/// The annotations in the publication `from` become annotations in `to`.
pub(crate) fn rename_annotations(
    connection: &Connection,
    from: &PublicationId,
    to: &PublicationId,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("UPDATE op SET owner = ?2 WHERE owner = ?1 AND entity >= ?3 AND entity < ?4")?
        .execute(params![from.as_bytes(), to.as_bytes(), ANNOTATION, after(ANNOTATION)])?;
    Ok(())
}

/// The first text after all that begin with `prefix`, which ends with a colon.
fn after(prefix: &str) -> String {
    format!("{};", prefix.trim_end_matches(':'))
}
