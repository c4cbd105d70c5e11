//! An op from its row.

use alexandria_domain::{DeviceId, Op, OpId, PublicationId};
use rusqlite::Row;

use super::encoding::{decode_value, entity_of, field_of, stamp_of};

/// The columns that [`op_of_row`] reads.
pub(super) const COLUMNS: &str = "entity, field, id, device, stamp, owner, value";

/// The op in a row; `None` if only a later version understands it.
pub(super) fn op_of_row(row: &Row<'_>) -> Result<Option<Op>, rusqlite::Error> {
    let (entity, field): (String, String) = (row.get(0)?, row.get(1)?);
    let owner = row.get::<_, Option<_>>(5)?.map(PublicationId::from_bytes);
    let (Some(entity), Some(field)) = (entity_of(&entity, owner), field_of(&field)) else { return Ok(None) };
    Ok(Some(Op {
        id: OpId::from_bytes(row.get(2)?),
        owner,
        entity,
        field,
        value: decode_value(row.get_ref(6)?.as_blob()?),
        stamp: stamp_of(row.get(4)?),
        device: DeviceId::from_bytes(row.get(3)?),
    }))
}
