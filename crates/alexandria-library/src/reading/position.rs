//! Where the reader is in a publication: one position per device.

use std::sync::Arc;

use alexandria_domain::{Entity, Field, Locator, PublicationId, Value};
use alexandria_store::StoreError;

use super::error::ReadError;
use crate::blocking::blocking;
use crate::engines::Engines;
use crate::event::Event;

/// Saves this device's position in a publication.
pub(crate) async fn save_position(
    engines: &Arc<Engines>,
    id: PublicationId,
    locator: Locator,
) -> Result<(), ReadError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        engines.store.publication(&id)?.ok_or(ReadError::NoPublication)?;
        let field = Field::Position(engines.changes.device());
        let op = engines.changes.op(Entity::Publication(id), field, Value::Place(Box::new(locator)))?;
        engines.store.apply(&[op])?;
        engines.events.emit(Event::Changed);
        Ok(())
    })
    .await
}

/// This device's position, or else the newest of any device.
pub(super) fn position(engines: &Engines, id: PublicationId) -> Result<Option<Locator>, StoreError> {
    let field = Field::Position(engines.changes.device());
    let mut register = engines.store.register(&Entity::Publication(id), &field)?;
    if register.is_none() {
        // Never read here: use the position of another device, such as the one that a backup was made on.
        let others = engines.store.positions(&id)?.into_iter().map(|(_, register)| register);
        register = others.max_by_key(|register| register.stamp);
    }
    Ok(register.and_then(|register| match register.value {
        Value::Place(locator) => Some(*locator),
        _ => None,
    }))
}
