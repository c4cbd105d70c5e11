//! Keeping a publication's row in step with its registers, so that lists are one query.

use alexandria_domain::op::Membership;
use alexandria_domain::{DeviceId, Entity, Field, PublicationId, Value};
use rusqlite::{Connection, OptionalExtension};

use super::delete::delete_owned;
use super::read::register;
use crate::analysis;
use crate::number::signed;
use crate::publication::state_of;

/// Copies the registers of a publication into its row. If the publication is not stored here, there is nothing to copy; if
/// it was also deleted permanently, its other ops are deleted, as a purge would do, whenever they arrive.
pub(crate) fn refresh(
    connection: &Connection,
    id: &PublicationId,
    own: Option<DeviceId>,
) -> Result<(), rusqlite::Error> {
    let title: Option<String> = connection
        .prepare_cached("SELECT title FROM publication WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?;
    let entity = Entity::Publication(*id);
    let Some(title) = title else {
        let membership = register(connection, &entity, &Field::Membership)?.map(|register| register.value);
        let is_gone = membership == Some(Value::Membership(Membership::Gone));
        return if is_gone { delete_owned(connection, id, own) } else { Ok(()) };
    };
    if let Some(register) = register(connection, &entity, &Field::Membership)? {
        let membership = match register.value {
            Value::Membership(membership) => membership,
            _ => Membership::Shelf,
        };
        connection.prepare_cached("UPDATE publication SET state = ?2, moved_ms = ?3 WHERE id = ?1")?.execute((
            id.as_bytes(),
            state_of(membership),
            signed(register.stamp.millis()),
        ))?;
    }
    if let Some(register) = register(connection, &entity, &Field::Title)? {
        let preferred = if let Value::Text(text) = register.value { Some(text) } else { None };
        let preferred = preferred.filter(|title| !title.is_empty());
        connection
            .prepare_cached("UPDATE publication SET preferred_title = ?2, title_folded = ?3 WHERE id = ?1")?
            .execute((id.as_bytes(), &preferred, analysis::fold(preferred.as_ref().unwrap_or(&title))))?;
    }
    if let Some(own) = own
        && let Some(register) = register(connection, &entity, &Field::Position(own))?
    {
        let place = if let Value::Place(place) = register.value { Some(place.total_progression) } else { None };
        let opened = place.map(|_| signed(register.stamp.millis()));
        connection
            .prepare_cached("UPDATE publication SET opened_ms = ?2, progression = ?3 WHERE id = ?1")?
            .execute((id.as_bytes(), opened, place))?;
    }
    Ok(())
}
