//! The row of a snapshot.

use super::row::Row;
use super::tx::Tx;
use super::value::values;
use crate::store::error::StoreError;
use crate::store::id::{AccountId, BlobId, DeviceId, SnapshotId, StreamId};
use crate::store::snapshot::{Coverage, NewSnapshot, Snapshot};

/// All snapshots of an account: committed ones first, the one that covers most before the others.
pub(super) async fn all(tx: &mut dyn Tx, account: AccountId) -> Result<Vec<Snapshot>, StoreError> {
    let sql = "select id, blob, covered, statement, pos, created_at from snapshots where account = $1";
    let rows = tx.query(sql, values![account]).await?;
    let mut snapshots = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    snapshots.sort_by_key(|snapshot| std::cmp::Reverse((snapshot.pos, snapshot.created_at, snapshot.declared.id)));
    Ok(snapshots)
}

fn read(mut row: Row) -> Result<Snapshot, StoreError> {
    let (id, blob) = (SnapshotId::from_bytes(row.array()?), BlobId::from_bytes(row.array()?));
    let covered = decode(&row.bytes()?)?;
    let declared = NewSnapshot { id, covered, blob, statement: row.bytes()? };
    Ok(Snapshot { declared, pos: row.optional_number()?, created_at: row.time()? })
}

/// Coverage as stored: 16 bytes of the device, 16 of the stream, 8 of the number, big-endian.
const COVERAGE_BYTES: usize = 40;

/// Coverage as the database keeps it.
pub(super) fn encode(covered: &[Coverage]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(covered.len() * COVERAGE_BYTES);
    for Coverage { device, stream, seq } in covered {
        bytes.extend_from_slice(device.as_bytes());
        bytes.extend_from_slice(stream.as_bytes());
        bytes.extend_from_slice(&seq.to_be_bytes());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Result<Vec<Coverage>, StoreError> {
    let (entries, rest) = bytes.as_chunks::<COVERAGE_BYTES>();
    let entry = |entry: &[u8; COVERAGE_BYTES]| {
        let (device, rest) = entry.split_first_chunk::<16>()?;
        let (stream, rest) = rest.split_first_chunk::<16>()?;
        let (seq, _) = rest.split_first_chunk::<8>()?;
        Some(Coverage {
            device: DeviceId::from_bytes(*device),
            stream: StreamId::from_bytes(*stream),
            seq: u64::from_be_bytes(*seq),
        })
    };
    let covered = entries.iter().map(entry).collect::<Option<Vec<_>>>().filter(|_| rest.is_empty());
    covered.ok_or(StoreError::Corrupt("the coverage of a snapshot"))
}
