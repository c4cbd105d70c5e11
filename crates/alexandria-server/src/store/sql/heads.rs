//! The ends of chains.

use super::row::Row;
use super::tx::Tx;
use super::value::values;
use crate::store::error::StoreError;
use crate::store::head::Head;
use crate::store::id::{AccountId, DeviceId, StreamId};

/// The ends of all chains, in order.
pub(super) async fn chain_heads(tx: &mut dyn Tx, account: AccountId) -> Result<Vec<Head>, StoreError> {
    let sql = "select device, stream, seq, hash from heads where account = $1 order by device, stream";
    tx.query(sql, values![account]).await?.into_iter().map(read_head).collect()
}

/// The ends of the chains of a device, in order.
pub(super) async fn heads_of_device(
    tx: &mut dyn Tx,
    account: AccountId,
    device: DeviceId,
) -> Result<Vec<Head>, StoreError> {
    let sql = "select device, stream, seq, hash from heads where account = $1 and device = $2 order by stream";
    tx.query(sql, values![account, device]).await?.into_iter().map(read_head).collect()
}

fn read_head(mut row: Row) -> Result<Head, StoreError> {
    Ok(Head {
        device: DeviceId::from_bytes(row.array()?),
        stream: StreamId::from_bytes(row.array()?),
        seq: row.number()?,
        hash: row.array()?,
    })
}
