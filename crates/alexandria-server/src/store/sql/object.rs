//! Lists of objects.

use super::blob_row::{COLUMNS, read};
use super::row::Row;
use super::tx::Tx;
use super::value::values;
use crate::store::blob::{BlobState, DroppedObject, ObjectEntry};
use crate::store::error::StoreError;
use crate::store::id::AccountId;

/// Objects to remove, oldest first.
pub(super) async fn dropped(tx: &mut dyn Tx, skip: u32, limit: u32) -> Result<Vec<DroppedObject>, StoreError> {
    let sql = "select account, object, parts from dropped_objects \
               order by dropped_at, account, object limit $1 offset $2";
    tx.query(sql, values![limit, skip]).await?.into_iter().map(read_dropped).collect()
}

/// Objects of an account to remove.
pub(super) async fn dropped_of(
    tx: &mut dyn Tx,
    account: AccountId,
    limit: u32,
) -> Result<Vec<DroppedObject>, StoreError> {
    let sql = "select account, object, parts from dropped_objects where account = $1 order by object limit $2";
    tx.query(sql, values![account, limit]).await?.into_iter().map(read_dropped).collect()
}

fn read_dropped(mut row: Row) -> Result<DroppedObject, StoreError> {
    Ok(DroppedObject { account: AccountId::from_bytes(row.array()?), object: row.text()?, parts: row.small()? })
}

/// All objects after a prefix.
pub(super) async fn all(tx: &mut dyn Tx, after: Option<String>, limit: u32) -> Result<Vec<ObjectEntry>, StoreError> {
    let after = after.unwrap_or_default();
    let sql = format!("select account, {COLUMNS} from blobs where object > $1 order by object limit $2");
    let mut entries = Vec::new();
    for row in tx.query(&sql, values![after.as_str(), limit]).await? {
        entries.push(entry(row)?);
    }
    let sql = "select account, object, parts from dropped_objects where object > $1 \
               order by object, account limit $2";
    for row in tx.query(sql, values![after, limit]).await? {
        let dropped = read_dropped(row)?;
        entries.push(ObjectEntry {
            account: dropped.account,
            blob: None,
            object: dropped.object,
            size: 0,
            part_size: 0,
            digests: vec![None; dropped.parts as usize],
            committed: false,
        });
    }
    entries.sort_by(|left, right| {
        (&left.object, left.account, left.blob).cmp(&(&right.object, right.account, right.blob))
    });
    entries.truncate(limit as usize);
    Ok(entries)
}

fn entry(mut row: Row) -> Result<ObjectEntry, StoreError> {
    let account = AccountId::from_bytes(row.array()?);
    let blob = read(row)?.blob;
    let mut digests: Vec<_> = blob.declared.digests.into_iter().map(Some).collect();
    for part in blob.missing {
        if let Some(digest) = digests.get_mut(part as usize) {
            *digest = None;
        }
    }
    Ok(ObjectEntry {
        account,
        blob: Some(blob.declared.id),
        object: blob.object,
        size: blob.declared.size,
        part_size: blob.declared.part_size,
        digests,
        committed: blob.state != BlobState::Uploading,
    })
}
