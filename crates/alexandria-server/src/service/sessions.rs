//! Sessions: a device proves its key over a nonce that is used once, and gets a token for a quarter of an hour
//! (`docs/adr/0026-sessions-by-device-key.md`).
//!
//! Boundary: a request's session is looked up at its edge, and what it may do is decided where it is used. A failed proof has one answer, whatever was wrong with it,
//! and a signature is verified in every case.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::limits::{NONCE_LIFETIME, SESSION_LIFETIME};
use alexandria_protocol::proof::{DeviceProof, Nonce, Purpose};
use alexandria_protocol::secret::SessionToken;
use alexandria_protocol::signature::{DevicePublicKey, DeviceSignature};

use super::context::Rules;
use super::error::RuleError;
use crate::random;
use crate::store::{AccountId, DeviceId, NewSession, Session, SessionId, UnixMillis};
use crate::transient::Space;

/// What stands for the key of a device that does not exist: the base point of the curve, a valid key.
const NO_KEY: [u8; 32] = [
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
];

/// A new session.
#[derive(Debug)]
pub struct OpenedSession {
    /// Names it in lists.
    pub id: SessionId,
    /// Admits; shown once.
    pub token: SessionToken,
    /// When it ends.
    pub expires_at: UnixMillis,
}

impl Rules {
    /// A nonce for one proof.
    ///
    /// # Errors
    /// Errors of the transient state.
    pub async fn issue_nonce(&self) -> Result<Nonce, RuleError> {
        let nonce = random::bytes()?;
        self.transient().put(Space::SessionNonce, &nonce, &[], NONCE_LIFETIME).await?;
        Ok(Nonce::from_bytes(nonce))
    }

    /// Opens a session for a device that proves its key.
    ///
    /// # Errors
    /// [`RuleError::ProofRefused`]; after a valid proof also `DeviceRevoked`, `AccountClosing`, `AccountDisabled`.
    pub async fn open_session(
        &self,
        account: AccountId,
        device: DeviceId,
        nonce: Nonce,
        signature: &DeviceSignature,
    ) -> Result<OpenedSession, RuleError> {
        self.check_proof(Purpose::Session, account, device, nonce, signature).await?;
        let now = self.now();
        let token = SessionToken::from_bytes(random::bytes()?);
        let id = SessionId::from_bytes(random::bytes()?);
        let expires_at = now.plus(SESSION_LIFETIME);
        let new = NewSession { id, token_hash: token.digest(), device, expires_at };
        self.store().create_session(account, new, now).await?;
        Ok(OpenedSession { id, token, expires_at })
    }

    /// Checks a device's proof and uses up its nonce, whether the proof is right or not.
    pub(super) async fn check_proof(
        &self,
        purpose: Purpose,
        account: AccountId,
        device: DeviceId,
        nonce: Nonce,
        signature: &DeviceSignature,
    ) -> Result<(), RuleError> {
        let is_fresh = self.transient().take(Space::SessionNonce, nonce.as_bytes()).await?.is_some();
        let known = self.store().device(account, device).await?;
        let key = known.as_ref().map_or(NO_KEY, |known| known.device.public_key);
        let proof = DeviceProof {
            purpose,
            // An empty origin is no client's: nothing verifies before the server has an address.
            origin: self.origin().unwrap_or_default(),
            account,
            device,
            nonce,
        };
        let is_signed = proof.verify(&DevicePublicKey::from_bytes(key), signature).is_ok();
        if is_fresh && is_signed && known.is_some() { Ok(()) } else { Err(RuleError::ProofRefused) }
    }

    /// The sessions of an account.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn sessions(&self, account: AccountId) -> Result<Vec<Session>, RuleError> {
        Ok(self.store().sessions(account, self.now()).await?)
    }

    /// Ends a session of the account, at the wish of a device of it.
    ///
    /// # Errors
    /// [`RuleError::NotFound`].
    pub async fn end_session(&self, account: AccountId, acting: DeviceId, id: SessionId) -> Result<(), RuleError> {
        if !self.store().delete_session(account, id).await? {
            return Err(RuleError::NotFound);
        }
        self.audit(account, Some(acting), EventKind::SessionEnded, None).await
    }
}
