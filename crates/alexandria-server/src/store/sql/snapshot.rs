//! Snapshots, and the records that they make superfluous.

use async_trait::async_trait;

use super::account_row::{AccountRow, lock};
use super::blob_row::find;
use super::heads::chain_heads;
use super::snapshot_row::{all, encode};
use super::tx::{Backend, Tx, first, work};
use super::value::{number, values};
use super::{SqlStore, blob, job};
use crate::store::blob::BlobState;
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, SnapshotId};
use crate::store::job::{NewJob, PRUNE};
use crate::store::snapshot::{KEPT_SNAPSHOTS, NewSnapshot, Snapshot, Snapshots, UNFINISHED_TTL};
use crate::store::time::UnixMillis;

#[async_trait]
impl<B: Backend> Snapshots for SqlStore<B> {
    async fn put_snapshot(&self, account: AccountId, snapshot: NewSnapshot, now: UnixMillis) -> Result<(), StoreError> {
        check::snapshot(&snapshot)?;
        self.grow(account, work!(|tx| put(tx, account, snapshot, now).await)).await
    }

    async fn commit_snapshot(&self, account: AccountId, id: SnapshotId, now: UnixMillis) -> Result<(), StoreError> {
        self.write(account, work!(|tx| commit(tx, account, id, now).await)).await
    }

    async fn snapshots(&self, account: AccountId) -> Result<Vec<Snapshot>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let mut snapshots = all(tx, account).await?;
                snapshots.retain(|snapshot| snapshot.pos.is_some());
                Ok(snapshots)
            }),
        )
        .await
    }

    async fn prune_records(&self, account: AccountId, limit: u32) -> Result<u64, StoreError> {
        self.write(account, work!(|tx| prune(tx, account, limit).await)).await
    }
}

async fn put(tx: &mut dyn Tx, account: AccountId, snapshot: NewSnapshot, now: UnixMillis) -> Result<(), StoreError> {
    lock(tx, account).await?;
    if let Some(found) = all(tx, account).await?.into_iter().find(|found| found.declared.id == snapshot.id) {
        let is_same = found.declared == snapshot;
        return if is_same { Ok(()) } else { Err(StoreError::Conflict(Entity::Snapshot)) };
    }
    let sql = "delete from snapshots where account = $1 and pos is null and created_at < $2";
    tx.execute(sql, values![account, now.minus(UNFINISHED_TTL)]).await?;
    let sql = "insert into snapshots (account, id, blob, covered, statement, created_at) \
               values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, values![account, snapshot.id, snapshot.blob, encode(&snapshot.covered), snapshot.statement, now])
        .await?;
    Ok(())
}

async fn commit(tx: &mut dyn Tx, account: AccountId, id: SnapshotId, now: UnixMillis) -> Result<(), StoreError> {
    let mut row = lock(tx, account).await?;
    let mut snapshots = all(tx, account).await?;
    let snapshot =
        snapshots.iter().find(|snapshot| snapshot.declared.id == id).ok_or(StoreError::NotFound(Entity::Snapshot))?;
    if snapshot.pos.is_some() {
        return Ok(());
    }
    let blob = find(tx, account, snapshot.declared.blob).await?;
    if !blob.is_some_and(|row| row.blob.state == BlobState::Committed) {
        return Err(StoreError::NotFound(Entity::Blob));
    }
    let pos = covered_pos(tx, &row, &snapshot.declared).await?;
    let sql = "update snapshots set pos = $3 where account = $1 and id = $2";
    tx.execute(sql, &[account.into(), id.into(), number(pos)?]).await?;
    snapshots = all(tx, account).await?;
    let superseded: Vec<Snapshot> =
        snapshots.iter().filter(|snapshot| snapshot.pos.is_some()).skip(KEPT_SNAPSHOTS).cloned().collect();
    for snapshot in superseded {
        remove(tx, &mut row, &snapshot, now).await?;
    }
    row.save(tx).await?;
    let job = NewJob { kind: PRUNE.to_owned(), account: Some(account), payload: Vec::new(), run_at: now };
    job::enqueue(tx, job).await?;
    Ok(())
}

/// All records up to the position that is returned are covered.
async fn covered_pos(tx: &mut dyn Tx, row: &AccountRow, snapshot: &NewSnapshot) -> Result<u64, StoreError> {
    let account = row.account;
    let heads = chain_heads(tx, account).await?;
    let is_within = snapshot.covered.iter().all(|coverage| {
        coverage.seq == 0
            || heads.iter().any(|head| {
                (head.device, head.stream) == (coverage.device, coverage.stream) && coverage.seq <= head.seq
            })
    });
    if !is_within {
        return Err(StoreError::Invalid("a snapshot covers records that do not exist"));
    }
    let mut pos = row.end_pos;
    for head in heads {
        let covered = snapshot
            .covered
            .iter()
            .find(|coverage| (coverage.device, coverage.stream) == (head.device, head.stream))
            .map_or(0, |coverage| coverage.seq);
        if covered == head.seq {
            continue;
        }
        let sql = "select pos from records where account = $1 and device = $2 and stream = $3 and seq = $4";
        let values = [account.into(), head.device.into(), head.stream.into(), number(covered + 1)?];
        let first_open = first(tx, sql, &values).await?.map(|mut row| row.number()).transpose()?;
        let first_open = first_open.ok_or(StoreError::Invalid("a snapshot covers less than was removed"))?;
        pos = pos.min(first_open.saturating_sub(1));
    }
    Ok(pos)
}

/// Removes a snapshot, and deletes its blob unless another has it.
async fn remove(tx: &mut dyn Tx, row: &mut AccountRow, snapshot: &Snapshot, now: UnixMillis) -> Result<(), StoreError> {
    let (account, id) = (row.account, snapshot.declared.blob);
    tx.execute("delete from snapshots where account = $1 and id = $2", values![account, snapshot.declared.id]).await?;
    let is_needed = "select 1 from snapshots where account = $1 and blob = $2";
    if first(tx, is_needed, values![account, id]).await?.is_some() {
        return Ok(());
    }
    match find(tx, account, id).await? {
        Some(found) if found.blob.state == BlobState::Committed => blob::uncount(tx, row, &found.blob, now).await,
        _ => Ok(()),
    }
}

async fn prune(tx: &mut dyn Tx, account: AccountId, limit: u32) -> Result<u64, StoreError> {
    let mut row = lock(tx, account).await?;
    let snapshots = all(tx, account).await?;
    let older = snapshots.get(KEPT_SNAPSHOTS - 1).and_then(|snapshot| snapshot.pos).unwrap_or(0);
    let from = row.pruned_pos;
    let to = older.min(from.saturating_add(u64::from(limit)));
    if to <= from {
        return Ok(0);
    }
    let sql = "select cast(coalesce(sum(size), 0) as bigint), count(*) from records where account = $1 and pos <= $2";
    let range = [account.into(), number(to)?];
    let Some(mut sums) = first(tx, sql, &range).await? else { return Ok(0) };
    let (bytes, count) = (sums.number()?, sums.number()?);
    tx.execute("delete from records where account = $1 and pos <= $2", &range).await?;
    row.pruned_pos = to;
    row.usage.records = row.usage.records.saturating_sub(count);
    row.usage.record_bytes = row.usage.record_bytes.saturating_sub(bytes);
    row.save(tx).await?;
    Ok(count)
}
