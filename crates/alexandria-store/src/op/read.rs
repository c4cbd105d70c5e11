//! Reading registers.

use std::collections::BTreeMap;

use alexandria_domain::{DeviceId, Entity, Field, Hlc, LwwRegister, OpId, PublicationId, Value};
use rusqlite::{Connection, Row};

use super::encoding::{decode_value, entity_text, field_text, position_device, setting_name, stamp_of};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The present value of a field; `None` if no op was made on it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn register(&self, entity: &Entity, field: &Field) -> Result<Option<LwwRegister>, StoreError> {
        self.read(|connection| register(connection, entity, field))
    }

    /// The settings readers have changed, by name. A value of [`Value::None`] means that the default holds again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settings(&self) -> Result<Vec<(String, Value)>, StoreError> {
        let registers = self.read(|connection| registers(connection, &Entity::Settings))?;
        let named = registers
            .into_iter()
            .filter_map(|(field, register)| setting_name(&field).map(|name| (name.to_owned(), register.value)));
        Ok(named.collect())
    }

    /// Where each device is in a publication.
    ///
    /// # Errors
    /// When the database fails.
    pub fn positions(&self, id: &PublicationId) -> Result<Vec<(DeviceId, LwwRegister)>, StoreError> {
        let registers = self.read(|connection| registers(connection, &Entity::Publication(*id)))?;
        let of_device = |(field, register): (String, _)| position_device(&field).map(|device| (device, register));
        Ok(registers.into_iter().filter_map(of_device).collect())
    }

    /// The newest stamp of any op here, after which this device's clock goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_stamp(&self) -> Result<Hlc, StoreError> {
        let newest: Option<[u8; 8]> =
            self.read(|connection| connection.query_row("SELECT max(stamp) FROM op", [], |row| row.get(0)))?;
        Ok(newest.map_or_else(Hlc::default, stamp_of))
    }
}

/// The merged ops on one field.
pub(super) fn register(
    connection: &Connection,
    entity: &Entity,
    field: &Field,
) -> Result<Option<LwwRegister>, rusqlite::Error> {
    let ops: Vec<LwwRegister> = connection
        .prepare_cached("SELECT value, stamp, device, id FROM op WHERE entity = ?1 AND field = ?2")?
        .query_map([entity_text(entity), field_text(field)], register_of_row)?
        .collect::<Result<_, _>>()?;
    Ok(merged(ops))
}

/// All fields of an entity.
fn registers(connection: &Connection, entity: &Entity) -> Result<BTreeMap<String, LwwRegister>, rusqlite::Error> {
    let mut select = connection.prepare_cached("SELECT value, stamp, device, id, field FROM op WHERE entity = ?1")?;
    let mut rows = select.query([entity_text(entity)])?;
    let mut registers: BTreeMap<String, LwwRegister> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let field = row.get(4)?;
        let other = register_of_row(row)?;
        let merged = match registers.remove(&field) {
            Some(register) => register.merge(other),
            None => other,
        };
        registers.insert(field, merged);
    }
    Ok(registers)
}

fn register_of_row(row: &Row<'_>) -> Result<LwwRegister, rusqlite::Error> {
    Ok(LwwRegister {
        value: decode_value(row.get_ref(0)?.as_blob()?),
        stamp: stamp_of(row.get(1)?),
        device: DeviceId::from_bytes(row.get(2)?),
        op: OpId::from_bytes(row.get(3)?),
    })
}

/// Merges the ops on one field.
fn merged(registers: impl IntoIterator<Item = LwwRegister>) -> Option<LwwRegister> {
    registers.into_iter().reduce(LwwRegister::merge)
}
