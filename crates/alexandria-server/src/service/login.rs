//! Signing in: two messages of the password protocol, then the second factor where the account has one.
//!
//! Boundary: a sign-in earns a ticket, not a session; sessions are earned with a device's key (`sessions.rs`). An unknown
//! login name goes through the same look-up and the same work as a known one, and fails where a wrong password fails. A
//! failed sign-in leaves no event, because writing one for known names only would tell them apart by time. Limits are
//! counted at the edge.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::api::auth::KsfParameters;
use alexandria_protocol::limits::ATTEMPT_LIFETIME;
use alexandria_protocol::secret::Ticket;
use zeroize::Zeroizing;

use super::context::Rules;
use super::error::RuleError;
use super::login_name::LoginName;
use super::opaque::Setup;
use super::password::{DEFAULT_KSF, StoredPassword};
use crate::random;
use crate::store::{Account, AccountId, AccountStatus, Factor, StoreError};
use crate::transient::Space;

/// The answer to the first message.
#[derive(Debug)]
pub struct StartedLogin {
    /// Names the attempt in the second message; single use.
    pub attempt: [u8; 16],
    /// For the client's side of the password protocol.
    pub response: Vec<u8>,
    /// How the password was hashed at registration; the default for an unknown name.
    pub ksf: KsfParameters,
}

/// The answer to the last message.
#[derive(Debug)]
pub struct FinishedLogin {
    /// The account.
    pub account: AccountId,
    /// Shows for ten minutes that the reader signed in.
    pub ticket: Ticket,
    /// The confirmed second factors, one of which is due; none if none is.
    pub factors: Vec<Factor>,
    /// Whether a backup code can be used instead.
    pub has_backup_codes: bool,
}

impl Rules {
    /// The first message of a sign-in.
    ///
    /// # Errors
    /// [`RuleError::Invalid`].
    pub async fn start_login(&self, login: &LoginName, message: &[u8]) -> Result<StartedLogin, RuleError> {
        let account = self.store().account_by_login(login.as_str().to_owned()).await?;
        let (id, password) = match account {
            Some(Account { id, password, .. }) => (Some(id), password),
            None => (None, None),
        };
        let password = password.map(|password| StoredPassword::decode(&password.opaque)).transpose()?;
        let ksf = password.as_ref().map_or(DEFAULT_KSF, |password| password.ksf);
        let file = password.as_ref().map(|password| password.file.as_slice());
        let started = self.setup.start_login(login.as_str().as_bytes(), file, message)?;
        let attempt = random::bytes::<16>()?;
        // The account's id, or zeros and a state that no message fits.
        let mut state = Zeroizing::new(id.map_or([0; 16], |id| *id.as_bytes()).to_vec());
        state.extend_from_slice(&started.state);
        self.transient().put(Space::SignIn, &attempt, &state, ATTEMPT_LIFETIME).await?;
        Ok(StartedLogin { attempt, response: started.response, ksf })
    }

    /// The last message of a sign-in. An attempt has one try.
    ///
    /// # Errors
    /// [`RuleError::CredentialsRefused`]; [`StoreError::AccountDisabled`], only after the password was proved.
    pub async fn finish_login(
        &self,
        attempt: &[u8; 16],
        message: &[u8],
        address: &str,
    ) -> Result<FinishedLogin, RuleError> {
        let state = self.transient().take(Space::SignIn, attempt).await?.map(Zeroizing::new);
        let state = state.ok_or(RuleError::CredentialsRefused)?;
        let (id, state) = state.split_first_chunk::<16>().ok_or(RuleError::Damaged("sign-in"))?;
        Setup::finish_login(state, message)?;
        let account = self.store().account(AccountId::from_bytes(*id)).await?.ok_or(RuleError::CredentialsRefused)?;
        if account.status == AccountStatus::Disabled {
            return Err(StoreError::AccountDisabled.into());
        }
        self.finish_sign_in(account.id, EventKind::SignedIn, address).await
    }

    /// Issues the ticket of somebody whose first factor was proved.
    pub(super) async fn finish_sign_in(
        &self,
        account: AccountId,
        event: EventKind,
        address: &str,
    ) -> Result<FinishedLogin, RuleError> {
        let factors: Vec<Factor> =
            self.store().factors(account).await?.into_iter().filter(|factor| factor.confirmed).collect();
        let has_backup_codes = !factors.is_empty() && self.store().backup_codes_left(account).await? > 0;
        let ticket = self.issue_ticket(account, !factors.is_empty()).await?;
        self.audit(account, None, event, Some(address)).await?;
        Ok(FinishedLogin { account, ticket, factors, has_backup_codes })
    }
}
