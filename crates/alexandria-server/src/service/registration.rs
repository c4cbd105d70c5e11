//! Creating an account: name, password, keys and first device, in one transaction.
//!
//! Boundary: the client chooses the account's id and seals its keys; the server checks that the first statement of the
//! device log creates this account, and interprets nothing else. Absent: confirming an address by e-mail.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::api::auth::RegisterFinish;
use alexandria_protocol::api::meta::Registration;
use alexandria_protocol::devices::DeviceLog;
use alexandria_protocol::limits::ATTEMPT_LIFETIME;
use alexandria_protocol::secret::InvitationToken;
use serde::{Deserialize, Serialize};

use super::context::Rules;
use super::device_log::new_device;
use super::error::RuleError;
use super::key_bundle::StoredKeys;
use super::login_name::LoginName;
use super::opaque::{SETUP_VERSION, Setup};
use super::password::StoredPassword;
use crate::random;
use crate::store::{Account, AccountStatus, Entity, LogId, NewAccount, PasswordRecord, RegistrationMode, StoreError};
use crate::transient::Space;

/// What is remembered between the two requests.
#[derive(Debug, Serialize, Deserialize)]
struct StartedRegistration {
    login: String,
    invitation: Option<[u8; 32]>,
}

/// The answer to the first message of a registration, or of a change of password.
#[derive(Debug)]
pub struct StartedPassword {
    /// Names the attempt; single use.
    pub attempt: [u8; 16],
    /// For the client's side of the password protocol.
    pub response: Vec<u8>,
}

impl Rules {
    /// The first message of a registration.
    ///
    /// # Errors
    /// [`RuleError::RegistrationClosed`], [`RuleError::InvitationRequired`], `InvitationInvalid` of the store,
    /// [`RuleError::Invalid`]. Whether the name is taken is said at the end only.
    pub async fn start_registration(
        &self,
        login: &LoginName,
        invitation: Option<&InvitationToken>,
        message: &[u8],
    ) -> Result<StartedPassword, RuleError> {
        let invitation = match self.settings.registration {
            Registration::Open => None,
            Registration::Closed => return Err(RuleError::RegistrationClosed),
            Registration::Invitation => {
                let hash = invitation.ok_or(RuleError::InvitationRequired)?.digest();
                self.store().invitation(hash, self.now()).await?.ok_or(StoreError::InvitationInvalid)?;
                Some(hash)
            }
        };
        let response = self.setup.start_registration(login.as_str().as_bytes(), message)?;
        let state = StartedRegistration { login: login.as_str().to_owned(), invitation };
        let state = serde_json::to_vec(&state).map_err(|_| RuleError::Damaged("registration"))?;
        let attempt = random::bytes()?;
        self.transient().put(Space::Registration, &attempt, &state, ATTEMPT_LIFETIME).await?;
        Ok(StartedPassword { attempt, response })
    }

    /// Creates the account. The same request again, after a lost answer, needs a new start and ends in `LoginTaken`.
    ///
    /// # Errors
    /// [`RuleError::AttemptEnded`], [`RuleError::DeviceLog`], [`RuleError::StatementMismatch`], [`RuleError::Invalid`];
    /// `LoginTaken` and `InvitationInvalid` of the store.
    pub async fn finish_registration(&self, request: RegisterFinish, address: &str) -> Result<(), RuleError> {
        let state = self.transient().take(Space::Registration, request.attempt.as_bytes()).await?;
        let state = state.ok_or(RuleError::AttemptEnded)?;
        let state: StartedRegistration =
            serde_json::from_slice(&state).map_err(|_| RuleError::Damaged("registration"))?;
        if self.settings.registration == Registration::Closed {
            return Err(RuleError::RegistrationClosed);
        }
        let file = Setup::finish_registration(request.upload.as_slice())?;
        // Verifies the signature, and that the statement creates an account and this one.
        DeviceLog::verify(request.account, std::slice::from_ref(&request.device))?;
        let password = StoredPassword { ksf: request.ksf, file }.encode();
        let new = new_device(&request.device)?;
        let device = new.id;
        let new = NewAccount {
            account: Account {
                id: request.account,
                login: state.login,
                password: Some(PasswordRecord { opaque: password, setup_version: u32::from(SETUP_VERSION) }),
                status: AccountStatus::Active,
                registered_by: match state.invitation {
                    Some(_) => RegistrationMode::Invitation,
                    None => RegistrationMode::Open,
                },
                created_at: self.now(),
                quota_bytes: None,
            },
            log: LogId::from_bytes(random::bytes()?),
            key_bundle: StoredKeys { keys: request.keys, recovery: Some(request.recovery) }.encode()?,
            device: new,
            invitation: state.invitation,
            identity: None,
        };
        match self.store().create_account(new, self.now()).await {
            // The id is another account's: the client has to choose another, as it has to choose another name.
            Err(StoreError::Conflict(Entity::Account)) => return Err(StoreError::LoginTaken.into()),
            outcome => outcome?,
        }
        self.audit(request.account, Some(device), EventKind::Registered, Some(address)).await
    }
}
