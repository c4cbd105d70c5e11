//! Dropping blobs: the row goes at once, its objects are listed until somebody has removed them.

use super::SqlStore;
use super::account_row::{AccountRow, lock};
use super::blob_row::{COLUMNS, find, read};
use super::tx::{Backend, Tx, Work, work};
use super::value::{number, values};
use crate::store::blob::{Blob, BlobState};
use crate::store::error::StoreError;
use crate::store::id::{AccountId, BlobId};
use crate::store::time::UnixMillis;

/// Drops a blob of a locked account. The caller saves the counters.
pub(super) async fn blob(
    tx: &mut dyn Tx,
    row: &mut AccountRow,
    blob: &Blob,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let declared = &blob.declared;
    let usage = &mut row.usage;
    match blob.state {
        BlobState::Uploading => {
            usage.unfinished_blobs = usage.unfinished_blobs.saturating_sub(1);
            usage.reserved_bytes = usage.reserved_bytes.saturating_sub(declared.size);
        }
        BlobState::Committed => {
            usage.blobs = usage.blobs.saturating_sub(1);
            usage.blob_bytes = usage.blob_bytes.saturating_sub(declared.size);
        }
        BlobState::Deleted { .. } => {}
    }
    let parts = number(declared.digests.len() as u64)?;
    let sql = "insert into dropped_objects (account, object, parts, dropped_at) values ($1, $2, $3, $4)";
    tx.execute(sql, &[row.account.into(), blob.object.as_str().into(), parts, now.into()]).await?;
    tx.execute("delete from blobs where account = $1 and id = $2", values![row.account, declared.id]).await?;
    Ok(())
}

/// Drops at most `limit` blobs of a locked account, whatever their state. Returns how many.
pub(super) async fn some(
    tx: &mut dyn Tx,
    row: &mut AccountRow,
    limit: u32,
    now: UnixMillis,
) -> Result<u64, StoreError> {
    let sql = format!("select {COLUMNS} from blobs where account = $1 order by id limit $2");
    let mut dropped = 0;
    for found in tx.query(&sql, values![row.account, limit]).await? {
        blob(tx, row, &read(found)?.blob, now).await?;
        dropped += 1;
    }
    if dropped > 0 {
        row.save(tx).await?;
    }
    Ok(dropped)
}

/// Drops uploads that nobody finishes and blobs that nobody claims back.
pub(super) async fn expire<B: Backend>(
    store: &SqlStore<B>,
    unfinished_before: UnixMillis,
    deleted_before: UnixMillis,
    limit: u32,
    now: UnixMillis,
) -> Result<u64, StoreError> {
    let unfinished = "select account, id from blobs where state = 0 and announced_at < $1 \
                      order by announced_at, account, id limit $2";
    let deleted = "select account, id from blobs where state = 2 and deleted_at < $1 \
                   order by deleted_at, account, id limit $2";
    let rows = store
        .service_read(work!(|tx| {
            let mut rows = tx.query(unfinished, values![unfinished_before, limit]).await?;
            let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            rows.extend(tx.query(deleted, values![deleted_before, left]).await?);
            Ok(rows)
        }))
        .await?;
    let mut dropped = 0;
    for mut row in rows {
        let (account, id) = (AccountId::from_bytes(row.array()?), BlobId::from_bytes(row.array()?));
        let is_dropped: Work<bool> = work!(|tx| {
            let mut row = lock(tx, account).await?;
            let Some(found) = find(tx, account, id).await? else { return Ok(false) };
            // It may have been claimed since.
            let is_over = match found.blob.state {
                BlobState::Uploading => found.blob.created_at < unfinished_before,
                BlobState::Deleted { at } => at < deleted_before,
                BlobState::Committed => false,
            };
            if is_over {
                blob(tx, &mut row, &found.blob, now).await?;
                row.save(tx).await?;
            }
            Ok(is_over)
        });
        dropped += u64::from(store.write(account, is_dropped).await?);
    }
    Ok(dropped)
}
