//! Appending records: what fits, what is stored already, and what contradicts it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::account_row::{AccountRow, lock};
use super::heads::heads_of_device;
use super::tx::{Tx, first};
use super::value::{Value, number, values};
use crate::store::error::{Entity, Limit, StoreError};
use crate::store::head::Head;
use crate::store::id::{AccountId, DeviceId, Hash, StreamId};
use crate::store::record::{Appended, NewRecord, RecordLimits};
use crate::store::time::UnixMillis;

/// A device whose records are appended.
#[derive(Debug)]
struct Author {
    is_revoked: bool,
    chains: BTreeMap<StreamId, Chain>,
}

/// A chain of it.
#[derive(Debug, Default)]
struct Chain {
    seq: u64,
    hash: Hash,
    /// Whether this call sent one of its records.
    is_sent: bool,
}

pub(super) async fn append(
    tx: &mut dyn Tx,
    account: AccountId,
    records: Vec<NewRecord>,
    limits: RecordLimits,
    now: UnixMillis,
) -> Result<Appended, StoreError> {
    let mut row = lock(tx, account).await?;
    row.require_active()?;
    let before = row.end_pos;
    let mut authors: BTreeMap<DeviceId, Author> = BTreeMap::new();
    let mut batch = Batch::default();
    for record in records {
        let device = record.device;
        let author = match authors.entry(device) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(author(tx, account, device).await?),
        };
        if is_stored(tx, account, author, &batch, &record).await? {
            continue;
        }
        if author.is_revoked {
            return Err(StoreError::DeviceRevoked);
        }
        count(&mut row, record.frame.len() as u64, limits)?;
        let chain = author.chains.entry(record.stream).or_default();
        (chain.seq, chain.hash) = (record.seq, record.hash);
        batch.add(account, row.end_pos, record, now)?;
    }
    batch.insert(tx).await?;
    let heads = save_heads(tx, account, authors).await?;
    let added = row.end_pos.saturating_sub(before);
    if added > 0 {
        row.save(tx).await?;
    }
    Ok(Appended { end: row.end(), heads, added })
}

async fn author(tx: &mut dyn Tx, account: AccountId, device: DeviceId) -> Result<Author, StoreError> {
    let sql = "select revoked_at from devices where account = $1 and id = $2";
    let mut row = first(tx, sql, values![account, device]).await?.ok_or(StoreError::NotFound(Entity::Device))?;
    let is_revoked = row.optional_int()?.is_some();
    let heads = heads_of_device(tx, account, device).await?;
    let chain = |head: Head| (head.stream, Chain { seq: head.seq, hash: head.hash, is_sent: false });
    Ok(Author { is_revoked, chains: heads.into_iter().map(chain).collect() })
}

/// Whether the record is there; an error if it can neither be there nor follow.
async fn is_stored(
    tx: &mut dyn Tx,
    account: AccountId,
    author: &mut Author,
    batch: &Batch,
    record: &NewRecord,
) -> Result<bool, StoreError> {
    let NewRecord { device, stream, seq, .. } = *record;
    let chain = author.chains.entry(stream).or_default();
    chain.is_sent = true;
    let fork = StoreError::Fork { device, stream, seq };
    if seq <= chain.seq {
        let stored = if seq == chain.seq {
            Some(chain.hash)
        } else if let Some(hash) = batch.hashes.get(&(device, stream, seq)) {
            Some(*hash)
        } else {
            let sql = "select hash from records where account = $1 and device = $2 and stream = $3 and seq = $4";
            let values = [account.into(), device.into(), stream.into(), number(seq)?];
            first(tx, sql, &values).await?.map(|mut row| row.array()).transpose()?
        };
        // One that is not there has been pruned.
        return if stored.is_none_or(|hash| hash == record.hash) { Ok(true) } else { Err(fork) };
    }
    let expected = chain.seq.saturating_add(1);
    if seq != expected {
        return Err(StoreError::Gap { device, stream, expected });
    }
    if record.prev != chain.hash {
        return Err(fork);
    }
    Ok(false)
}

fn count(row: &mut AccountRow, bytes: u64, limits: RecordLimits) -> Result<(), StoreError> {
    let usage = &mut row.usage;
    if usage.records >= limits.max_records {
        return Err(StoreError::LimitReached { what: Limit::Records, limit: limits.max_records });
    }
    if usage.record_bytes.saturating_add(bytes) > limits.max_bytes {
        return Err(StoreError::LimitReached { what: Limit::RecordBytes, limit: limits.max_bytes });
    }
    usage.records += 1;
    usage.record_bytes += bytes;
    row.end_pos += 1;
    Ok(())
}

/// New records that are not inserted yet.
#[derive(Debug, Default)]
struct Batch {
    hashes: BTreeMap<(DeviceId, StreamId, u64), Hash>,
    rows: Vec<[Value; COLUMNS]>,
}

/// Columns of a row.
const COLUMNS: usize = 9;
/// Rows of one statement; a power of two.
const MAX_ROWS: usize = 64;

impl Batch {
    fn add(&mut self, account: AccountId, pos: u64, record: NewRecord, now: UnixMillis) -> Result<(), StoreError> {
        self.hashes.insert((record.device, record.stream, record.seq), record.hash);
        self.rows.push([
            account.into(),
            number(pos)?,
            record.device.into(),
            record.stream.into(),
            number(record.seq)?,
            record.hash.into(),
            number(record.frame.len() as u64)?,
            now.into(),
            record.frame.into(),
        ]);
        Ok(())
    }

    /// Inserts many rows with one statement. Their numbers are powers of two, so that there are few statements to prepare.
    async fn insert(self, tx: &mut dyn Tx) -> Result<(), StoreError> {
        let mut rows = self.rows;
        while !rows.is_empty() {
            let count = (1 << rows.len().ilog2()).min(MAX_ROWS);
            let rest = rows.split_off(count);
            tx.execute(&insert_sql(count), &rows.concat()).await?;
            rows = rest;
        }
        Ok(())
    }
}

fn insert_sql(rows: usize) -> String {
    let row = |row: usize| {
        let parameters: Vec<String> = (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column)).collect();
        format!("({})", parameters.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!(
        "insert into records (account, pos, device, stream, seq, hash, size, stored_at, frame) values {}",
        rows.join(", ")
    )
}

/// Stores the ends of the chains that were sent, and returns them.
async fn save_heads(
    tx: &mut dyn Tx,
    account: AccountId,
    authors: BTreeMap<DeviceId, Author>,
) -> Result<Vec<Head>, StoreError> {
    let mut heads = Vec::new();
    for (device, author) in authors {
        for (stream, chain) in author.chains.into_iter().filter(|(_, chain)| chain.is_sent) {
            let values = [account.into(), device.into(), stream.into(), number(chain.seq)?, chain.hash.into()];
            let sql = "insert into heads (account, device, stream, seq, hash) values ($1, $2, $3, $4, $5) \
                       on conflict (account, device, stream) do update set seq = $4, hash = $5";
            tx.execute(sql, &values).await?;
            heads.push(Head { device, stream, seq: chain.seq, hash: chain.hash });
        }
    }
    Ok(heads)
}
