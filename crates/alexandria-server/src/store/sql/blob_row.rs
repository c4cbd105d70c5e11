//! The row of a blob.

use super::row::Row;
use super::tx::{Tx, first};
use super::value::{Value, number, values};
use crate::store::blob::{Blob, BlobState, NewBlob};
use crate::store::error::StoreError;
use crate::store::id::{AccountId, BlobId};
use crate::store::time::UnixMillis;

/// Values of `state`.
pub(super) const UPLOADING: i64 = 0;
pub(super) const COMMITTED: i64 = 1;
pub(super) const DELETED: i64 = 2;

/// The columns of a [`Blob`].
pub(super) const COLUMNS: &str =
    "id, size, part_size, key_id, kind, object, state, announced_at, deleted_at, present, digests";

/// Which parts have arrived: bit `n % 8` of byte `n / 8`.
#[derive(Debug)]
pub(super) struct Parts(Vec<u8>);

impl Parts {
    /// None of `count`.
    pub(super) fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(8)])
    }

    /// Marks a part.
    pub(super) fn insert(&mut self, part: u32) {
        if let Some(byte) = self.0.get_mut(part as usize / 8) {
            *byte |= 1 << (part % 8);
        }
    }

    fn contains(&self, part: u32) -> bool {
        self.0.get(part as usize / 8).is_some_and(|byte| byte & (1 << (part % 8)) != 0)
    }

    /// Those of `count` that have not arrived.
    fn missing(&self, count: usize) -> Vec<u32> {
        (0..u32::try_from(count).unwrap_or(u32::MAX)).filter(|part| !self.contains(*part)).collect()
    }

    /// As the database keeps them.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A blob with the parts as they are stored.
#[derive(Debug)]
pub(super) struct BlobRow {
    pub(super) blob: Blob,
    pub(super) parts: Parts,
}

pub(super) async fn find(tx: &mut dyn Tx, account: AccountId, id: BlobId) -> Result<Option<BlobRow>, StoreError> {
    let sql = format!("select {COLUMNS} from blobs where account = $1 and id = $2");
    first(tx, &sql, values![account, id]).await?.map(read).transpose()
}

/// A blob from [`COLUMNS`].
pub(super) fn read(mut row: Row) -> Result<BlobRow, StoreError> {
    let id = BlobId::from_bytes(row.array()?);
    let (size, part_size, key_id, kind) = (row.number()?, row.small()?, row.array()?, row.small()?);
    let object = row.text()?;
    let state = row.int()?;
    let created_at = row.time()?;
    let state = match (state, row.optional_time()?) {
        (UPLOADING, None) => BlobState::Uploading,
        (COMMITTED, None) => BlobState::Committed,
        (DELETED, Some(at)) => BlobState::Deleted { at },
        _ => return Err(StoreError::Corrupt("the state of a blob")),
    };
    let parts = Parts(row.bytes()?);
    let digests = row.bytes()?;
    let (digests, rest) = digests.as_chunks();
    if !rest.is_empty() {
        return Err(StoreError::Corrupt("the digests of a blob"));
    }
    let missing = parts.missing(digests.len());
    let declared = NewBlob { id, size, part_size, digests: digests.to_vec(), key_id, kind };
    Ok(BlobRow { blob: Blob { declared, object, state, missing, created_at }, parts })
}

/// Adds a blob that is being uploaded.
pub(super) async fn insert(
    tx: &mut dyn Tx,
    account: AccountId,
    new: &NewBlob,
    object: &str,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    let values: [Value; 10] = [
        account.into(),
        new.id.into(),
        number(new.size)?,
        new.part_size.into(),
        new.key_id.into(),
        new.kind.into(),
        object.into(),
        now.into(),
        Parts::none(new.digests.len()).into_bytes().into(),
        new.digests.concat().into(),
    ];
    let sql = "insert into blobs (account, id, size, part_size, key_id, kind, object, state, announced_at, present, \
               digests) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10) on conflict do nothing";
    Ok(tx.execute(sql, &values).await? > 0)
}

pub(super) async fn set_state(
    tx: &mut dyn Tx,
    account: AccountId,
    id: BlobId,
    state: i64,
    deleted_at: Option<UnixMillis>,
) -> Result<(), StoreError> {
    let sql = "update blobs set state = $3, deleted_at = $4 where account = $1 and id = $2";
    tx.execute(sql, values![account, id, state, deleted_at]).await?;
    Ok(())
}
