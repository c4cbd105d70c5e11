//! Ops that are in no record yet.

use alexandria_domain::{Op, OpId};
use rusqlite::Connection;

use super::row::{COLUMNS, op_of_row};

/// The ops in the outbox, by id, which is by time. Those that only a later version understands stay there for it.
pub(crate) fn read_outbox(connection: &Connection, limit: u32) -> Result<Vec<Op>, rusqlite::Error> {
    let select = format!("SELECT {COLUMNS} FROM op WHERE outbox = 1 ORDER BY id LIMIT ?1");
    let ops = connection.prepare_cached(&select)?.query_map([limit], op_of_row)?.collect::<Result<Vec<_>, _>>()?;
    Ok(ops.into_iter().flatten().collect())
}

/// The ops that are in some record, by id.
pub(crate) fn read_sealed(connection: &Connection) -> Result<Vec<Op>, rusqlite::Error> {
    let select = format!("SELECT {COLUMNS} FROM op WHERE outbox = 0 ORDER BY id");
    let ops = connection.prepare_cached(&select)?.query_map([], op_of_row)?.collect::<Result<Vec<_>, _>>()?;
    Ok(ops.into_iter().flatten().collect())
}

/// Takes exactly this op out of the outbox. One that replaced it meanwhile has another id and stays.
pub(crate) fn clear_outbox(connection: &Connection, id: &OpId) -> Result<(), rusqlite::Error> {
    connection.prepare_cached("UPDATE op SET outbox = 0 WHERE id = ?1 AND outbox = 1")?.execute([id.as_bytes()])?;
    Ok(())
}
