//! The account's wrapped keys: reading, replacing one version by the next, and changing the password with them.
//!
//! Boundary: the bundle is relayed as it came; only clients open it. The verifier of the recovery code is stored with it,
//! so that one version names both.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::api::keys::{KeyBundle, RecoveryVerifier};
use alexandria_protocol::api::password::PasswordFinish;
use alexandria_protocol::limits::{ATTEMPT_LIFETIME, MAX_JSON_BYTES};
use alexandria_protocol::secret::Ticket;
use serde::{Deserialize, Serialize};

use super::context::Rules;
use super::error::RuleError;
use super::opaque::{SETUP_VERSION, Setup};
use super::password::StoredPassword;
use crate::random;
use crate::store::{AccountId, DeviceId, PasswordRecord};
use crate::transient::Space;

/// What is stored as the bundle of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredKeys {
    /// The wrapped keys.
    pub(super) keys: KeyBundle,
    /// SHA-256 of the proof that the recovery code gives.
    pub(super) recovery: Option<RecoveryVerifier>,
}

impl StoredKeys {
    pub(super) fn encode(&self) -> Result<Vec<u8>, RuleError> {
        let bytes = serde_json::to_vec(self).map_err(|_| RuleError::Damaged("key bundle"))?;
        if bytes.len() > MAX_JSON_BYTES {
            let limit = u64::try_from(MAX_JSON_BYTES).unwrap_or(u64::MAX);
            return Err(RuleError::TooLarge { what: "a key bundle", limit });
        }
        Ok(bytes)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, RuleError> {
        serde_json::from_slice(bytes).map_err(|_| RuleError::Damaged("key bundle"))
    }
}

impl Rules {
    /// The wrapped keys and their version.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn keys(&self, account: AccountId) -> Result<(KeyBundle, u64), RuleError> {
        let bundle = self.store().key_bundle(account).await?;
        Ok((StoredKeys::decode(&bundle.bundle)?.keys, bundle.version))
    }

    /// Replaces version `expected` of the wrapped keys; returns the new version.
    ///
    /// # Errors
    /// `VersionMismatch` of the store.
    pub async fn put_keys(
        &self,
        account: AccountId,
        device: DeviceId,
        expected: u64,
        keys: KeyBundle,
    ) -> Result<u64, RuleError> {
        let recovery = StoredKeys::decode(&self.store().key_bundle(account).await?.bundle)?.recovery;
        let bundle = StoredKeys { keys, recovery }.encode()?;
        let version = self.store().put_key_bundle(account, expected, bundle, self.now()).await?;
        self.audit(account, Some(device), EventKind::KeysReplaced, None).await?;
        self.wake(account).await;
        Ok(version)
    }

    /// The first message of another password for the account of a ticket.
    ///
    /// # Errors
    /// [`RuleError::Invalid`].
    pub async fn start_password(&self, account: AccountId, message: &[u8]) -> Result<([u8; 16], Vec<u8>), RuleError> {
        let login = self.store().account(account).await?.ok_or(RuleError::NotFound)?.login;
        let response = self.setup.start_registration(login.as_bytes(), message)?;
        let attempt = random::bytes()?;
        self.transient().put(Space::Registration, &attempt, account.as_bytes(), ATTEMPT_LIFETIME).await?;
        Ok((attempt, response))
    }

    /// Replaces the password and version `expected` of the keys in one step, and ends the ticket. Sessions stay: they come
    /// from devices, which are revoked one by one.
    ///
    /// # Errors
    /// [`RuleError::AttemptEnded`], [`RuleError::Invalid`]; `VersionMismatch` of the store.
    pub async fn finish_password(
        &self,
        account: AccountId,
        ticket: &Ticket,
        expected: u64,
        request: PasswordFinish,
    ) -> Result<u64, RuleError> {
        let started = self.transient().take(Space::Registration, request.attempt.as_bytes()).await?;
        if started.as_deref() != Some(account.as_bytes().as_slice()) {
            return Err(RuleError::AttemptEnded);
        }
        let recovery = match request.recovery {
            Some(recovery) => Some(recovery),
            None => StoredKeys::decode(&self.store().key_bundle(account).await?.bundle)?.recovery,
        };
        let file = Setup::finish_registration(request.upload.as_slice())?;
        let opaque = StoredPassword { ksf: request.ksf, file }.encode();
        let password = PasswordRecord { opaque, setup_version: u32::from(SETUP_VERSION) };
        let bundle = StoredKeys { keys: request.keys, recovery }.encode()?;
        let version = self.store().change_password(account, password, expected, bundle, self.now()).await?;
        self.end_ticket(ticket).await?;
        self.audit(account, None, EventKind::PasswordChanged, None).await?;
        self.wake(account).await;
        Ok(version)
    }
}
