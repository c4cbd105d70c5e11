//! Records.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::ModelStore;
use super::state::AccountState;
use crate::store::check;
use crate::store::cursor::Cursor;
use crate::store::error::{Entity, Limit, StoreError};
use crate::store::head::Head;
use crate::store::id::{AccountId, LogId, derive_log};
use crate::store::record::{Appended, NewRecord, Page, RecordLimits, Records, StoredRecord};
use crate::store::time::UnixMillis;

#[async_trait]
impl Records for ModelStore {
    async fn append_records(
        &self,
        account: AccountId,
        records: Vec<NewRecord>,
        limits: RecordLimits,
        _now: UnixMillis,
    ) -> Result<Appended, StoreError> {
        check::records(&records)?;
        self.with(account, |state| {
            state.require_active()?;
            let before = state.end_pos;
            let (old_heads, old_records) = (state.heads.clone(), state.records.clone());
            let result = records.iter().try_for_each(|record| append(state, record, limits));
            if let Err(error) = result {
                (state.heads, state.records, state.end_pos) = (old_heads, old_records, before);
                return Err(error);
            }
            let sent: BTreeSet<_> = records.iter().map(|record| (record.device, record.stream)).collect();
            let mut heads = state.heads();
            heads.retain(|head| sent.contains(&(head.device, head.stream)));
            let end = Cursor { log: state.log, pos: state.end_pos };
            Ok(Appended { end, heads, added: state.end_pos - before })
        })
    }

    async fn pull_records(
        &self,
        account: AccountId,
        after: Option<Cursor>,
        max_rows: u32,
        max_bytes: u64,
    ) -> Result<Page, StoreError> {
        self.with(account, |state| pull(state, after, max_rows, max_bytes))
    }

    async fn log_end(&self, account: AccountId) -> Result<Cursor, StoreError> {
        self.with(account, |state| Ok(Cursor { log: state.log, pos: state.end_pos }))
    }

    async fn heads(&self, account: AccountId) -> Result<Vec<Head>, StoreError> {
        Ok(self.of(account, AccountState::heads))
    }

    async fn renew_log(&self, account: AccountId, log: LogId) -> Result<(), StoreError> {
        self.with(account, |state| {
            state.log = log;
            Ok(())
        })
    }

    async fn renew_all_logs(&self, seed: [u8; 32]) -> Result<u64, StoreError> {
        let mut state = self.state();
        for (id, account) in &mut state.accounts {
            account.log = derive_log(*id, seed);
        }
        Ok(state.accounts.len() as u64)
    }
}

fn append(state: &mut AccountState, record: &NewRecord, limits: RecordLimits) -> Result<(), StoreError> {
    let NewRecord { device, stream, seq, .. } = *record;
    let is_revoked = state.devices.get(&device).ok_or(StoreError::NotFound(Entity::Device))?.revoked.is_some();
    let (last, last_hash) = state.heads.get(&(device, stream)).copied().unwrap_or_default();
    if seq <= last {
        let is_same = |found: &&NewRecord| (found.device, found.stream, found.seq) == (device, stream, seq);
        let stored = state.records.values().find(is_same).map(|found| found.hash);
        let stored = if seq == last { Some(last_hash) } else { stored };
        let is_done = stored.is_none_or(|hash| hash == record.hash);
        return if is_done { Ok(()) } else { Err(StoreError::Fork { device, stream, seq }) };
    }
    if seq != last + 1 {
        return Err(StoreError::Gap { device, stream, expected: last + 1 });
    }
    if record.prev != last_hash {
        return Err(StoreError::Fork { device, stream, seq });
    }
    if is_revoked {
        return Err(StoreError::DeviceRevoked);
    }
    let usage = state.usage();
    if usage.records >= limits.max_records {
        return Err(StoreError::LimitReached { what: Limit::Records, limit: limits.max_records });
    }
    if usage.record_bytes + record.frame.len() as u64 > limits.max_bytes {
        return Err(StoreError::LimitReached { what: Limit::RecordBytes, limit: limits.max_bytes });
    }
    state.end_pos += 1;
    state.records.insert(state.end_pos, record.clone());
    state.heads.insert((device, stream), (seq, record.hash));
    Ok(())
}

fn pull(state: &AccountState, after: Option<Cursor>, max_rows: u32, max_bytes: u64) -> Result<Page, StoreError> {
    let log = state.log;
    let from = match after {
        Some(cursor) if cursor.log != log => return Err(StoreError::LogChanged { log }),
        Some(cursor) => cursor.pos,
        None => 0,
    };
    if from > state.end_pos {
        return Err(StoreError::CursorAhead);
    }
    if from < state.pruned_pos {
        return Err(StoreError::Compacted { resume: Cursor { log, pos: state.pruned_pos } });
    }
    let mut records = Vec::new();
    let mut bytes = 0_u64;
    for (&pos, record) in state.records.range(from + 1..).take(max_rows.max(1) as usize) {
        bytes = bytes.saturating_add(record.frame.len() as u64);
        if bytes > max_bytes && !records.is_empty() {
            break;
        }
        records.push(StoredRecord { pos, frame: record.frame.clone() });
    }
    let pos = records.last().map_or(from, |record| record.pos);
    Ok(Page { records, next: Cursor { log, pos }, more: pos < state.end_pos })
}
