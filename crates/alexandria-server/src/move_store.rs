//! Moving a server to another stack: every row and every object, while neither server runs.
//!
//! Ids, positions and log ids stay, so that clients go on where they were. Absent: stopping the old server, which the
//! operator does.

use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::jobs::JobError;
use crate::objects::Objects;
use crate::store::{CopyRows, StoreError};

#[cfg(test)]
mod tests;

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoveReport {
    /// Accounts.
    pub accounts: u64,
    /// Rows, of all tables.
    pub rows: u64,
    /// Objects.
    pub objects: u64,
}

/// Why nothing or not all was moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The target has accounts.
    #[error("the target is not empty")]
    NotEmpty,
    /// A store or the objects failed.
    #[error(transparent)]
    Job(#[from] JobError),
}

impl From<StoreError> for MoveError {
    fn from(error: StoreError) -> Self {
        Self::Job(error.into())
    }
}

/// Copies all rows. An interrupted move leaves a target that is not empty: drop it, and start again.
///
/// # Errors
/// If the target has accounts, or either fails.
pub async fn move_rows(from: &dyn CopyRows, to: &dyn CopyRows) -> Result<MoveReport, MoveError> {
    if !to.accounts_after(None).await?.is_empty() {
        return Err(MoveError::NotEmpty);
    }
    let mut report = MoveReport::default();
    let server = from.server_rows().await?;
    report.rows += to.insert_server_rows(server).await?;
    let mut after = None;
    loop {
        let accounts = from.accounts_after(after).await?;
        let Some(last) = accounts.last() else { return Ok(report) };
        after = Some(*last);
        for account in accounts {
            report.rows += to.insert_account_rows(account, from.account_rows(account).await?).await?;
            report.accounts += 1;
        }
    }
}

/// Copies all objects. Again copies only what is not there.
///
/// # Errors
/// If one cannot be read or written.
pub async fn move_objects(from: &dyn Objects, to: &dyn Objects) -> Result<u64, MoveError> {
    let mut copied = 0;
    let mut listing = from.list();
    while let Some(entry) = listing.try_next().await.map_err(JobError::from)? {
        if to.size(&entry.key).await.map_err(JobError::from)? == Some(entry.bytes) {
            continue;
        }
        let stream = from.get(&entry.key, 0..entry.bytes).await.map_err(JobError::from)?;
        let chunks: Vec<bytes::Bytes> = stream.try_collect().await.map_err(JobError::from)?;
        let bytes = bytes::Bytes::from(chunks.concat());
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        to.put(&entry.key, bytes, &digest).await.map_err(JobError::from)?;
        copied += 1;
    }
    Ok(copied)
}
