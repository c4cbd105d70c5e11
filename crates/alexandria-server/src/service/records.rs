//! Records: accepting what devices signed, and handing it out in the order in which it was accepted.
//!
//! Boundary: the frame's header is read and its signature verified; what it seals is bytes. Order, gaps and forks are
//! decided in the store's transaction. A record may be sent by any device of the account: after the server was restored
//! from a backup, whoever has a record brings it back, so its signature counts and not the session.

use std::collections::BTreeMap;

use alexandria_protocol::frame::Frame;
use alexandria_protocol::limits::{MAX_PULL_BYTES, MAX_PULL_RECORDS, MAX_STAMP_AHEAD};
use alexandria_protocol::signature::DevicePublicKey;

use super::context::Rules;
use super::error::RuleError;
use crate::random;
use crate::store::{AccountId, Appended, Cursor, DeviceId, Head, LogId, NewRecord, Page, RecordLimits, StoreError};

impl Rules {
    /// Stores records, all or none. What is stored already is done.
    ///
    /// # Errors
    /// [`RuleError::StatementMismatch`] for another account's record, [`RuleError::FutureStamp`],
    /// [`RuleError::SignatureRefused`]; `Fork`, `Gap`, `LimitReached`, `DeviceRevoked` of the store.
    pub async fn push_records(&self, account: AccountId, frames: Vec<Frame>) -> Result<Appended, RuleError> {
        let keys: BTreeMap<DeviceId, [u8; 32]> = self
            .store()
            .devices(account)
            .await?
            .into_iter()
            .map(|device| (device.device.id, device.device.public_key))
            .collect();
        let now_ms = self.now().0;
        let latest = u64::try_from(self.now().plus(MAX_STAMP_AHEAD).0).unwrap_or(0);
        // Up to 500 signatures, 60 µs each: too long for a thread that serves others.
        let records = tokio::task::spawn_blocking(move || {
            frames.into_iter().map(|frame| checked_record(account, &keys, latest, now_ms, frame)).collect()
        });
        let records: Result<Vec<NewRecord>, RuleError> =
            records.await.map_err(|_| RuleError::Damaged("a check of signatures did not end"))?;
        let limits = RecordLimits {
            max_records: self.settings.limits.unsnapshotted_records,
            max_bytes: self.settings.limits.unsnapshotted_bytes,
        };
        let appended = self.store().append_records(account, records?, limits, self.now()).await?;
        if appended.added > 0 {
            self.wake(account).await;
        }
        Ok(appended)
    }

    /// A page of the account's log.
    ///
    /// # Errors
    /// `LogChanged` and `Compacted` of the store. A cursor beyond the end shows that this server has forgotten what it once
    /// gave out; the log gets another id then, so that every client compares what it has.
    pub async fn pull_records(
        &self,
        account: AccountId,
        after: Option<Cursor>,
        limit: Option<u32>,
    ) -> Result<Page, RuleError> {
        let rows = limit.unwrap_or(MAX_PULL_RECORDS).clamp(1, MAX_PULL_RECORDS);
        let bytes = u64::try_from(MAX_PULL_BYTES).unwrap_or(u64::MAX);
        match self.store().pull_records(account, after, rows, bytes).await {
            Err(StoreError::CursorAhead) => Err(self.renew_log(account).await?),
            outcome => Ok(outcome?),
        }
    }

    /// The end of the account's log.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn log_end(&self, account: AccountId) -> Result<Cursor, RuleError> {
        Ok(self.store().log_end(account).await?)
    }

    /// The end of the account's log if it goes beyond `after`.
    ///
    /// # Errors
    /// `LogChanged` of the store, also for a cursor beyond the end.
    pub async fn news(&self, account: AccountId, after: Option<Cursor>) -> Result<Option<Cursor>, RuleError> {
        let end = self.log_end(account).await?;
        match after {
            Some(after) if after.log != end.log => Err(StoreError::LogChanged { log: end.log }.into()),
            Some(after) if after.pos > end.pos => Err(self.renew_log(account).await?),
            Some(after) if after.pos == end.pos => Ok(None),
            _ => Ok(Some(end)),
        }
    }

    /// The ends of all chains.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn heads(&self, account: AccountId) -> Result<Vec<Head>, RuleError> {
        Ok(self.store().heads(account).await?)
    }

    /// Gives the log another id, and returns the error that says so.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn renew_log(&self, account: AccountId) -> Result<RuleError, RuleError> {
        let log = LogId::from_bytes(random::bytes()?);
        self.store().renew_log(account, log).await?;
        self.wake(account).await;
        Ok(StoreError::LogChanged { log }.into())
    }
}

/// A frame as the store takes it, if it may be stored.
fn checked_record(
    account: AccountId,
    keys: &BTreeMap<DeviceId, [u8; 32]>,
    latest_ms: u64,
    now_ms: i64,
    frame: Frame,
) -> Result<NewRecord, RuleError> {
    let header = *frame.header();
    if header.account != account {
        return Err(RuleError::StatementMismatch);
    }
    if header.millis() > latest_ms {
        return Err(RuleError::FutureStamp { now_ms });
    }
    let key = keys.get(&header.device).ok_or(RuleError::SignatureRefused)?;
    frame.verify(&DevicePublicKey::from_bytes(*key)).map_err(|_| RuleError::SignatureRefused)?;
    Ok(NewRecord {
        device: header.device,
        stream: header.stream,
        seq: header.seq,
        prev: *header.previous.as_bytes(),
        hash: *frame.hash().as_bytes(),
        frame: frame.into_bytes(),
    })
}
