//! Signing in with the recovery code, when the password is lost.
//!
//! Boundary: the code stays on the client, which shows a proof derived from it under another label than the key. The proof
//! replaces the password only: second factors are due as after a sign-in. While a device was active recently, its reader
//! gets a day to notice, because then a stolen code is likelier than a lost password.

use std::time::Duration;

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::secret::RecoveryProof;
use subtle::ConstantTimeEq as _;

use super::context::Rules;
use super::error::RuleError;
use super::key_bundle::StoredKeys;
use super::login::FinishedLogin;
use super::login_name::LoginName;
use crate::store::{AccountId, AccountStatus, NewAuditEvent, StoreError, UnixMillis};

/// A device that was there in this time counts as active.
const ACTIVE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long recovery waits then.
const DELAY: Duration = Duration::from_secs(24 * 3600);

/// How long after the delay the request is good for.
const GRACE: Duration = Duration::from_secs(7 * 24 * 3600);

/// The event that begins the delay.
const REQUESTED: &str = "recovery_requested";

/// Events among which a request is looked for.
const EVENT_PAGE: u32 = 500;

impl Rules {
    /// Signs in with the proof of the recovery code.
    ///
    /// # Errors
    /// [`RuleError::RecoveryRefused`], whether the name or the proof is wrong; [`RuleError::RecoveryDelayed`] after a right
    /// proof.
    pub async fn recover(
        &self,
        login: &LoginName,
        proof: &RecoveryProof,
        address: &str,
    ) -> Result<FinishedLogin, RuleError> {
        let account = self.store().account_by_login(login.as_str().to_owned()).await?;
        let known = account.as_ref().map(|account| account.id);
        // An unknown name reads the bundle of an account that does not exist, so that both make two look-ups.
        let bundle = self.store().key_bundle(known.unwrap_or(AccountId::from_bytes([0; 16]))).await;
        let verifier = match (known, bundle) {
            (Some(_), bundle) => StoredKeys::decode(&bundle?.bundle)?.recovery,
            (None, _) => None,
        };
        let expected = verifier.map_or([0; 32], |verifier| *verifier.as_bytes());
        let is_right = bool::from(expected.ct_eq(&proof.digest())) && verifier.is_some();
        let account = account.filter(|_| is_right).ok_or(RuleError::RecoveryRefused)?;
        if account.status == AccountStatus::Disabled {
            return Err(StoreError::AccountDisabled.into());
        }
        self.wait_for_objection(account.id, address).await?;
        self.finish_sign_in(account.id, EventKind::Recovered, address).await
    }

    /// Refuses for a day if a device was active, and remembers since when.
    async fn wait_for_objection(&self, account: AccountId, address: &str) -> Result<(), RuleError> {
        let now = self.now();
        let devices = self.store().devices(account).await?;
        let is_active = |seen: UnixMillis| seen >= now.minus(ACTIVE);
        if !devices.iter().any(|device| device.revoked.is_none() && device.last_seen.is_some_and(is_active)) {
            return Ok(());
        }
        let events = self.store().audit_events(account, None, EVENT_PAGE).await?;
        let is_recent = |at: UnixMillis| at >= now.minus(DELAY + GRACE);
        let requested = events.iter().rfind(|event| event.event.kind == REQUESTED && is_recent(event.at));
        let requested_at = match requested {
            Some(event) => event.at,
            None => {
                let detail = serde_json::json!({ "address": address }).to_string();
                let event = NewAuditEvent { kind: REQUESTED.to_owned(), device: None, detail };
                self.store().add_audit_event(account, event, now).await?;
                self.wake(account).await;
                now
            }
        };
        match u64::try_from(requested_at.plus(DELAY).0.saturating_sub(now.0)) {
            Ok(retry_after_ms @ 1..) => Err(RuleError::RecoveryDelayed { retry_after_ms }),
            _ => Ok(()),
        }
    }
}
