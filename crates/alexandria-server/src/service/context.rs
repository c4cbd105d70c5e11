//! What all rules work with: the three kinds of state, the clock, the settings and the server's own secrets.
//!
//! Boundary: no rule is here. Each rule is a file beside this one that adds methods to [`Rules`].

use std::sync::{Arc, OnceLock};

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::api::meta::Registration;
use alexandria_protocol::limits::Limits;
use zeroize::Zeroizing;

use super::error::RuleError;
use super::opaque::Setup;
use super::sealed::SealingKey;
use crate::clock::Clock;
use crate::objects::Objects;
use crate::shutdown::Shutdown;
use crate::store::{AccountId, DeviceId, NewAuditEvent, Store, UnixMillis};
use crate::transient::{Topic, Transient};

/// Name of the stored setup of the password protocol.
const SETUP_SECRET: &str = "opaque-setup";

/// What the operator decides about the rules.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    /// The address under which clients reach the server, as they sign it in proofs: scheme, host and port. Without it, the
    /// address that is bound ([`Rules::serve_at`]).
    pub origin: Option<String>,
    /// Who may create an account.
    pub registration: Registration,
    /// What an account may use; told to clients.
    pub limits: Limits,
    /// Bytes of each part of a blob.
    pub part_bytes: u32,
    /// Whether accounts may invite others, and not only the operator.
    pub members_may_invite: bool,
}

/// The state that rules change, and where they read time from.
#[derive(Clone, Debug)]
pub struct Backends {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Parts of blobs.
    pub objects: Arc<dyn Objects>,
    /// What lives for minutes.
    pub transient: Arc<dyn Transient>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether the server is stopping.
    pub shutdown: Shutdown,
}

/// The rules of the server.
#[derive(Debug)]
pub struct Rules {
    pub(super) backends: Backends,
    pub(super) settings: RuleSettings,
    pub(super) setup: Setup,
    pub(super) sealing: SealingKey,
    /// The address that is bound, if the settings have none.
    bound: OnceLock<String>,
    /// What codes are hashed under.
    pub(super) hashing_key: Zeroizing<[u8; 32]>,
}

impl Rules {
    /// Opens the server's secrets, or creates them at the first start.
    ///
    /// # Errors
    /// [`RuleError::Damaged`] where the stored setup does not open with `server_key`; errors of the store.
    pub async fn open(backends: Backends, settings: RuleSettings, server_key: &[u8; 32]) -> Result<Self, RuleError> {
        let sealing = SealingKey::new(server_key);
        let candidate = Setup::generate()?.to_bytes();
        let candidate = sealing.seal(SETUP_SECRET.as_bytes(), &candidate)?;
        let sealed = backends.store.server_secret(SETUP_SECRET.to_owned(), candidate).await?;
        let setup = sealing.open(SETUP_SECRET.as_bytes(), &sealed).map_err(|_| RuleError::Damaged("password setup"))?;
        let hashing_key = Zeroizing::new(blake3::derive_key("alexandria server 2026-11 hashes of codes", server_key));
        let setup = Setup::from_bytes(&setup)?;
        Ok(Self { backends, settings, setup, sealing, bound: OnceLock::new(), hashing_key })
    }

    /// What the operator decided.
    #[must_use]
    pub const fn settings(&self) -> &RuleSettings {
        &self.settings
    }

    /// Says at which address the server is bound. Counts once, and only if the settings name no other.
    pub fn serve_at(&self, origin: String) {
        self.bound.get_or_init(|| origin);
    }

    /// The address that proofs have to name. Never what a request says: whoever relays a proof chooses that.
    pub(super) fn origin(&self) -> Option<&str> {
        self.settings.origin.as_deref().or_else(|| self.bound.get().map(String::as_str))
    }

    pub(super) fn store(&self) -> &dyn Store {
        &*self.backends.store
    }

    pub(super) fn transient(&self) -> &dyn Transient {
        &*self.backends.transient
    }

    /// The server's time.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.backends.clock.now_ms())
    }

    /// Adds an event to the log that the account's reader can see.
    pub(super) async fn audit(
        &self,
        account: AccountId,
        device: Option<DeviceId>,
        kind: EventKind,
        address: Option<&str>,
    ) -> Result<(), RuleError> {
        let kind = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        let kind = kind.ok_or(RuleError::Damaged("kind of an event"))?;
        let detail = serde_json::json!({ "address": address }).to_string();
        self.store().add_audit_event(account, NewAuditEvent { kind, device, detail }, self.now()).await?;
        Ok(())
    }

    /// Wakes the devices of an account that wait for changes.
    pub(super) async fn wake(&self, account: AccountId) {
        self.transient().wake(Topic::Account(*account.as_bytes())).await;
    }
}
