//! Snapshots.

use async_trait::async_trait;

use super::ModelStore;
use super::queue::enqueue;
use super::state::AccountState;
use crate::store::blob::BlobState;
use crate::store::check;
use crate::store::error::{Entity, StoreError};
use crate::store::id::{AccountId, SnapshotId};
use crate::store::job::{NewJob, PRUNE};
use crate::store::snapshot::{KEPT_SNAPSHOTS, NewSnapshot, Snapshot, Snapshots, UNFINISHED_TTL};
use crate::store::time::UnixMillis;

#[async_trait]
impl Snapshots for ModelStore {
    async fn put_snapshot(&self, account: AccountId, snapshot: NewSnapshot, now: UnixMillis) -> Result<(), StoreError> {
        check::snapshot(&snapshot)?;
        self.with(account, |state| {
            if let Some(found) = state.snapshots.get(&snapshot.id) {
                let is_same = found.declared == snapshot;
                return if is_same { Ok(()) } else { Err(StoreError::Conflict(Entity::Snapshot)) };
            }
            let limit = now.minus(UNFINISHED_TTL);
            state.snapshots.retain(|_, found| found.pos.is_some() || found.created_at >= limit);
            let snapshot = Snapshot { declared: snapshot, pos: None, created_at: now };
            state.snapshots.insert(snapshot.declared.id, snapshot);
            Ok(())
        })
    }

    async fn commit_snapshot(&self, account: AccountId, id: SnapshotId, now: UnixMillis) -> Result<(), StoreError> {
        let mut state = self.state();
        let found = state.accounts.get_mut(&account).ok_or(StoreError::NotFound(Entity::Account))?;
        if commit(found, id, now)? {
            let job = NewJob { kind: PRUNE.to_owned(), account: Some(account), payload: Vec::new(), run_at: now };
            enqueue(&mut state, job);
        }
        Ok(())
    }

    async fn snapshots(&self, account: AccountId) -> Result<Vec<Snapshot>, StoreError> {
        Ok(self.of(account, committed))
    }

    async fn prune_records(&self, account: AccountId, limit: u32) -> Result<u64, StoreError> {
        self.with(account, |state| {
            let older = committed(state).get(KEPT_SNAPSHOTS - 1).and_then(|snapshot| snapshot.pos).unwrap_or(0);
            let to = older.min(state.pruned_pos + u64::from(limit));
            let before = state.records.len();
            if to > state.pruned_pos {
                state.records.retain(|pos, _| *pos > to);
                state.pruned_pos = to;
            }
            Ok((before - state.records.len()) as u64)
        })
    }
}

/// Committed snapshots, the one that covers most first.
fn committed(state: &AccountState) -> Vec<Snapshot> {
    let mut snapshots: Vec<_> = state.snapshots.values().filter(|snapshot| snapshot.pos.is_some()).cloned().collect();
    snapshots.sort_by_key(|snapshot| std::cmp::Reverse((snapshot.pos, snapshot.created_at, snapshot.declared.id)));
    snapshots
}

/// Returns whether it was not committed before.
fn commit(state: &mut AccountState, id: SnapshotId, now: UnixMillis) -> Result<bool, StoreError> {
    let snapshot = state.snapshots.get(&id).ok_or(StoreError::NotFound(Entity::Snapshot))?;
    if snapshot.pos.is_some() {
        return Ok(false);
    }
    let blob = state.blobs.get(&snapshot.declared.blob);
    if !blob.is_some_and(|blob| blob.state == BlobState::Committed) {
        return Err(StoreError::NotFound(Entity::Blob));
    }
    let pos = covered_pos(state, &snapshot.declared)?;
    if let Some(snapshot) = state.snapshots.get_mut(&id) {
        snapshot.pos = Some(pos);
    }
    for superseded in committed(state).into_iter().skip(KEPT_SNAPSHOTS) {
        state.snapshots.remove(&superseded.declared.id);
        let blob = superseded.declared.blob;
        let is_needed = state.snapshots.values().any(|snapshot| snapshot.declared.blob == blob);
        if !is_needed
            && let Some(blob) = state.blobs.get_mut(&blob)
            && blob.state == BlobState::Committed
        {
            blob.state = BlobState::Deleted { at: now };
        }
    }
    Ok(true)
}

fn covered_pos(state: &AccountState, snapshot: &NewSnapshot) -> Result<u64, StoreError> {
    for coverage in &snapshot.covered {
        let (last, _) = state.heads.get(&(coverage.device, coverage.stream)).copied().unwrap_or_default();
        if coverage.seq > last {
            return Err(StoreError::Invalid("a snapshot covers records that do not exist"));
        }
    }
    let covered = |device, stream| {
        let mut chains = snapshot.covered.iter().filter(|one| (one.device, one.stream) == (device, stream));
        chains.next().map_or(0, |coverage| coverage.seq)
    };
    for (&(device, stream), &(last, _)) in &state.heads {
        let next = covered(device, stream) + 1;
        let is_there =
            state.records.values().any(|found| (found.device, found.stream, found.seq) == (device, stream, next));
        if next <= last && !is_there {
            return Err(StoreError::Invalid("a snapshot covers less than was removed"));
        }
    }
    let is_open =
        |(_, record): &(&u64, &crate::store::record::NewRecord)| record.seq > covered(record.device, record.stream);
    Ok(state.records.iter().find(is_open).map_or(state.end_pos, |(pos, _)| pos - 1))
}
