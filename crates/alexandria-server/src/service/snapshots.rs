//! Snapshots: a device's sealed state of the account, in place of the records that it covers.
//!
//! Boundary: the server verifies who signed what is covered and keeps the two that cover most. Whether the state is right
//! only clients can tell; that is why records are removed only as far as the older of two covers them.

use alexandria_protocol::api::snapshots::{SnapshotInfo, SnapshotOffer};
use alexandria_protocol::frame::chain::Head;
use alexandria_protocol::proof::SnapshotStatement;
use alexandria_protocol::signature::DevicePublicKey;

use super::context::Rules;
use super::convert::millis;
use super::error::RuleError;
use crate::store::{AccountId, Coverage, DeviceId, LogId, NewSnapshot, Snapshot, SnapshotId};

/// Chains that a snapshot can cover: a few streams of every device that an account ever had.
const MAX_COVERED: usize = 1000;

impl Rules {
    /// Announces a snapshot. The same again is done.
    ///
    /// # Errors
    /// [`RuleError::SignatureRefused`], [`RuleError::Invalid`]; `Conflict(Snapshot)` of the store.
    pub async fn put_snapshot(
        &self,
        account: AccountId,
        acting: DeviceId,
        id: SnapshotId,
        offer: &SnapshotOffer,
    ) -> Result<(), RuleError> {
        if offer.device != acting {
            return Err(RuleError::SignatureRefused);
        }
        let device = self.store().device(account, acting).await?.ok_or(RuleError::SignatureRefused)?;
        let statement = SnapshotStatement {
            account,
            snapshot: id,
            device: offer.device,
            blob: offer.blob,
            key_epoch: offer.key_epoch,
            covered: &offer.covered,
        };
        let key = DevicePublicKey::from_bytes(device.device.public_key);
        statement.verify(&key, &offer.signature).map_err(|_| RuleError::SignatureRefused)?;
        let new = NewSnapshot {
            id,
            covered: coverage(&offer.covered)?,
            blob: offer.blob,
            statement: serde_json::to_vec(offer).map_err(|_| RuleError::Damaged("snapshot"))?,
        };
        Ok(self.store().put_snapshot(account, new, self.now()).await?)
    }

    /// Makes a snapshot count.
    ///
    /// # Errors
    /// [`RuleError::NotFound`] if it or its blob is not complete; `Invalid` of the store.
    pub async fn commit_snapshot(&self, account: AccountId, id: SnapshotId) -> Result<(), RuleError> {
        self.store().commit_snapshot(account, id, self.now()).await?;
        self.wake(account).await;
        Ok(())
    }

    /// The snapshots that count, the one that covers most first.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn snapshots(&self, account: AccountId) -> Result<Vec<SnapshotInfo>, RuleError> {
        let log = self.store().log_end(account).await?.log;
        let snapshots = self.store().snapshots(account).await?;
        snapshots.iter().map(|snapshot| info(snapshot, log)).collect()
    }
}

fn info(snapshot: &Snapshot, log: LogId) -> Result<SnapshotInfo, RuleError> {
    let damaged = RuleError::Damaged("snapshot");
    let Ok(mut offer) = serde_json::from_slice::<SnapshotOffer>(&snapshot.declared.statement) else {
        return Err(damaged);
    };
    // The log of today: positions that the client named may be of a log that was renewed since.
    offer.cursor = alexandria_protocol::cursor::Cursor::new(log, snapshot.pos.unwrap_or(0));
    Ok(SnapshotInfo { id: snapshot.declared.id, offer, committed_ms: millis(snapshot.created_at) })
}

/// What is covered, in the order that the store wants, each chain once.
fn coverage(heads: &[Head]) -> Result<Vec<Coverage>, RuleError> {
    if heads.len() > MAX_COVERED {
        return Err(RuleError::Invalid("number of covered chains"));
    }
    let mut covered: Vec<Coverage> =
        heads.iter().map(|head| Coverage { device: head.device, stream: head.stream, seq: head.seq }).collect();
    covered.sort();
    let is_repeated =
        |pair: &[Coverage]| matches!(pair, [one, two] if one.device == two.device && one.stream == two.stream);
    if covered.windows(2).any(is_repeated) {
        return Err(RuleError::Invalid("covered chains"));
    }
    Ok(covered)
}
