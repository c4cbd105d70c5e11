//! The account: what it uses, what the server knows about it, its erasure and the way back.
//!
//! Boundary: erasing is requested here and done by `erasure.rs` two weeks later. The library on the devices is not touched by
//! any of it.

use alexandria_protocol::api::account::{Account, AccountExport, ErasureScheduled, EventKind, Usage};
use alexandria_protocol::api::auth::FactorKind;
use alexandria_protocol::api::sessions::SessionInfo;
use alexandria_protocol::limits::{ERASURE_DELAY, MAX_LIST_ITEMS};
use alexandria_protocol::proof::{Nonce, Purpose};
use alexandria_protocol::secret::Ticket;
use alexandria_protocol::signature::DeviceSignature;

use super::context::Rules;
use super::convert::millis;
use super::error::RuleError;
use super::events::event;
use crate::store::{self, AccountId, AccountStatus, Blob, BlobState, DeviceId};

impl Rules {
    /// What the account uses.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn usage(&self, account: AccountId) -> Result<Usage, RuleError> {
        let usage = self.store().usage(account).await?;
        Ok(Usage {
            records: usage.records,
            record_bytes: usage.record_bytes,
            blobs: usage.blobs,
            blob_bytes: usage.blob_bytes,
            reserved_bytes: usage.reserved_bytes,
            deleted_bytes: self.deleted_bytes(account).await?,
            quota_bytes: usage.quota_bytes.or(self.settings.limits.quota_bytes),
        })
    }

    /// Bytes of blobs that can still be undeleted.
    async fn deleted_bytes(&self, account: AccountId) -> Result<u64, RuleError> {
        let (mut bytes, mut after) = (0_u64, None);
        loop {
            let page = self.store().blobs(account, after, MAX_LIST_ITEMS).await?;
            let is_deleted = |blob: &&Blob| matches!(blob.state, BlobState::Deleted { .. });
            bytes = bytes.saturating_add(page.iter().filter(is_deleted).map(|blob| blob.declared.size).sum());
            match page.last() {
                Some(last) if page.len() >= usize::try_from(MAX_LIST_ITEMS).unwrap_or(usize::MAX) => {
                    after = Some(last.declared.id);
                }
                _ => return Ok(bytes),
            }
        }
    }

    /// What the server knows about the account itself.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn account(&self, id: AccountId) -> Result<Account, RuleError> {
        let account = self.store().account(id).await?.ok_or(RuleError::NotFound)?;
        let confirmed = self.store().factors(id).await?.into_iter().filter(|factor| factor.confirmed);
        let mut factors: Vec<FactorKind> = confirmed.map(|factor| factor_kind(&factor.kind)).collect();
        factors.sort();
        factors.dedup();
        Ok(Account {
            account: id,
            name: account.login,
            created_ms: millis(account.created_at),
            factors,
            may_invite: self.settings.members_may_invite,
            erasure_ms: match account.status {
                AccountStatus::Closing { erase_at } => Some(millis(erase_at)),
                AccountStatus::Active | AccountStatus::Disabled => None,
            },
        })
    }

    /// Everything that the server knows about the account in plaintext.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn export(&self, account: AccountId, device: DeviceId) -> Result<AccountExport, RuleError> {
        let (mut events, mut before) = (Vec::new(), None);
        loop {
            let page = self.store().audit_events(account, before, MAX_LIST_ITEMS).await?;
            before = page.last().map(|event| event.number);
            events.extend(page.into_iter().map(event));
            if before.is_none() {
                break;
            }
        }
        events.reverse();
        self.audit(account, Some(device), EventKind::Exported, None).await?;
        let sessions = self.sessions(account).await?;
        Ok(AccountExport {
            account: self.account(account).await?,
            devices: self.devices(account).await?,
            sessions: sessions.iter().map(|session| session_info(session, None)).collect(),
            usage: self.usage(account).await?,
            events,
        })
    }

    /// Requests the erasure of the account: a ticket and the proof of a device's key, so that neither a stolen session nor a
    /// stolen password erases. All sessions end.
    ///
    /// # Errors
    /// [`RuleError::ProofRefused`].
    pub async fn request_erasure(
        &self,
        account: AccountId,
        device: DeviceId,
        nonce: Nonce,
        signature: &DeviceSignature,
        ticket: &Ticket,
    ) -> Result<ErasureScheduled, RuleError> {
        self.check_proof(Purpose::Erasure, account, device, nonce, signature).await?;
        let erase_at = self.store().close_account(account, self.now().plus(ERASURE_DELAY)).await?;
        self.end_ticket(ticket).await?;
        self.audit(account, Some(device), EventKind::ErasureRequested, None).await?;
        self.wake(account).await;
        Ok(ErasureScheduled { erasure_ms: millis(erase_at) })
    }

    /// Takes the request back.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn restore_account(&self, account: AccountId) -> Result<(), RuleError> {
        self.store().restore_account(account).await?;
        self.audit(account, None, EventKind::Restored, None).await
    }
}

/// A session as it is listed.
#[must_use]
pub fn session_info(session: &store::Session, current: Option<store::SessionId>) -> SessionInfo {
    SessionInfo {
        session: session.id,
        device: session.device,
        created_ms: millis(session.created_at),
        expires_ms: millis(session.expires_at),
        address: None,
        is_current: current == Some(session.id),
    }
}

/// The kind of a stored factor.
#[must_use]
pub const fn factor_kind(kind: &store::FactorKind) -> FactorKind {
    match kind {
        store::FactorKind::Totp { .. } => FactorKind::Totp,
        store::FactorKind::Passkey { .. } => FactorKind::Passkey,
    }
}
