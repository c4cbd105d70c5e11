//! Second factors: adding, showing and removing them.
//!
//! Boundary: authenticator apps and backup codes. Passkeys are in `passkeys.rs`. A factor is stored only after it was shown
//! once, so that nobody is locked out by an app that was never set up. Limits are counted at the edge.

use alexandria_protocol::api::account::EventKind;
use alexandria_protocol::limits::TICKET_LIFETIME;
use alexandria_protocol::secret::Ticket;
use zeroize::Zeroizing;

use super::backup_code::{self, BACKUP_CODES};
use super::context::Rules;
use super::error::RuleError;
use super::totp::TotpSecret;
use crate::random;
use crate::store::{AccountId, Entity, Factor, FactorId, FactorKind, StoreError};
use crate::transient::Space;

/// Factors of one account.
const MAX_FACTORS: usize = 10;

/// An authenticator app that is being set up.
#[derive(Debug)]
pub struct StartedTotp {
    /// Names the attempt; single use.
    pub attempt: [u8; 16],
    /// The secret in Base32, shown once.
    pub secret: Zeroizing<String>,
    /// The same as an `otpauth://` address.
    pub uri: Zeroizing<String>,
}

impl Rules {
    /// Shows a code of an authenticator app, and raises the ticket. Returns the account.
    ///
    /// # Errors
    /// [`RuleError::FactorRefused`], [`RuleError::TicketRefused`].
    pub async fn show_totp(&self, ticket: &Ticket, code: &str) -> Result<AccountId, RuleError> {
        let (account, _) = self.read_ticket(ticket).await?;
        for factor in self.store().factors(account).await?.into_iter().filter(|factor| factor.confirmed) {
            if self.use_totp(account, &factor, code).await? {
                self.raise_ticket(ticket, account).await?;
                return Ok(account);
            }
        }
        self.audit(account, None, EventKind::SecondFactorFailed, None).await?;
        Err(RuleError::FactorRefused)
    }

    /// Uses up a backup code, and raises the ticket. Returns the account.
    ///
    /// # Errors
    /// As [`Self::show_totp`].
    pub async fn show_backup_code(&self, ticket: &Ticket, code: &str) -> Result<AccountId, RuleError> {
        let (account, _) = self.read_ticket(ticket).await?;
        let hash = backup_code::hash(&self.hashing_key, account.as_bytes(), code);
        if !self.store().use_backup_code(account, hash).await? {
            self.audit(account, None, EventKind::SecondFactorFailed, None).await?;
            return Err(RuleError::FactorRefused);
        }
        self.raise_ticket(ticket, account).await?;
        Ok(account)
    }

    /// The factors of an account, and how many backup codes are left.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn factors(&self, account: AccountId) -> Result<(Vec<Factor>, u64), RuleError> {
        Ok((self.store().factors(account).await?, self.store().backup_codes_left(account).await?))
    }

    /// Begins setting up an authenticator app.
    ///
    /// # Errors
    /// [`RuleError::Invalid`] for too many factors.
    pub async fn start_totp(&self, account: AccountId) -> Result<StartedTotp, RuleError> {
        self.check_number_of_factors(account).await?;
        let login = self.store().account(account).await?.ok_or(RuleError::NotFound)?.login;
        let secret = TotpSecret::generate()?;
        let attempt = random::bytes::<16>()?;
        let sealed = self.sealing.seal(&totp_purpose(account, &attempt), secret.as_bytes())?;
        self.transient().put(Space::Challenge, &attempt, &sealed, TICKET_LIFETIME).await?;
        let text = secret.to_base32();
        let uri = Zeroizing::new(format!(
            "otpauth://totp/Alexandria:{}?secret={}&issuer=Alexandria",
            percent_encoded(&login),
            *text
        ));
        Ok(StartedTotp { attempt, secret: text, uri })
    }

    /// Ends setting up an authenticator app with its first code.
    ///
    /// # Errors
    /// [`RuleError::AttemptEnded`], [`RuleError::FactorRefused`]; after a wrong code the attempt goes on.
    pub async fn finish_totp(&self, account: AccountId, attempt: &[u8; 16], code: &str) -> Result<FactorId, RuleError> {
        let sealed = self.transient().get(Space::Challenge, attempt).await?.ok_or(RuleError::AttemptEnded)?;
        // Another account's attempt does not open.
        let secret = self.sealing.open(&totp_purpose(account, attempt), &sealed);
        let secret = TotpSecret::from_bytes(&secret.map_err(|_| RuleError::AttemptEnded)?);
        let secret = secret.ok_or(RuleError::Damaged("secret of a factor"))?;
        let step = secret.matched_step(code, self.now_ms()).ok_or(RuleError::FactorRefused)?;
        self.check_number_of_factors(account).await?;
        if self.transient().take(Space::Challenge, attempt).await?.is_none() {
            return Err(RuleError::AttemptEnded);
        }
        let id = FactorId::from_bytes(random::bytes()?);
        let sealed_secret = self.sealing.seal(&totp_purpose(account, id.as_bytes()), secret.as_bytes())?;
        let kind = FactorKind::Totp { sealed_secret, last_step: Some(step) };
        let factor = Factor { id, label: String::new(), kind, confirmed: true, created_at: self.now() };
        self.store().put_factor(account, factor).await?;
        self.audit(account, None, EventKind::FactorAdded, None).await?;
        Ok(id)
    }

    /// Replaces the backup codes and returns the new ones.
    ///
    /// # Errors
    /// [`RuleError::Invalid`] for an account without another factor, which they could not replace.
    pub async fn new_backup_codes(&self, account: AccountId) -> Result<Vec<String>, RuleError> {
        if self.store().factors(account).await?.is_empty() {
            return Err(RuleError::Invalid("backup codes without a factor"));
        }
        let codes = (0..BACKUP_CODES).map(|_| backup_code::generate()).collect::<Result<Vec<_>, _>>()?;
        let hashes = codes.iter().map(|code| backup_code::hash(&self.hashing_key, account.as_bytes(), code)).collect();
        self.store().set_backup_codes(account, hashes).await?;
        self.audit(account, None, EventKind::BackupCodesReplaced, None).await?;
        Ok(codes)
    }

    /// Removes a factor; with the last one go the backup codes.
    ///
    /// # Errors
    /// [`RuleError::NotFound`].
    pub async fn delete_factor(&self, account: AccountId, id: FactorId) -> Result<(), RuleError> {
        if !self.store().delete_factor(account, id).await? {
            return Err(RuleError::NotFound);
        }
        if self.store().factors(account).await?.is_empty() {
            self.store().set_backup_codes(account, Vec::new()).await?;
        }
        self.audit(account, None, EventKind::FactorRemoved, None).await
    }

    /// Refuses a factor beyond the limit.
    pub(super) async fn check_number_of_factors(&self, account: AccountId) -> Result<(), RuleError> {
        let count = self.store().factors(account).await?.len();
        if count < MAX_FACTORS { Ok(()) } else { Err(RuleError::Invalid("number of factors")) }
    }

    /// Whether `code` is one of this factor that was not used; uses it.
    async fn use_totp(&self, account: AccountId, factor: &Factor, code: &str) -> Result<bool, RuleError> {
        let FactorKind::Totp { sealed_secret, .. } = &factor.kind else { return Ok(false) };
        let secret = self.sealing.open(&totp_purpose(account, factor.id.as_bytes()), sealed_secret);
        let secret = TotpSecret::from_bytes(&secret.map_err(|_| RuleError::Damaged("secret of a factor"))?);
        let secret = secret.ok_or(RuleError::Damaged("secret of a factor"))?;
        let Some(step) = secret.matched_step(code, self.now_ms()) else { return Ok(false) };
        match self.store().use_totp_step(account, factor.id, step).await {
            Ok(is_unused) => Ok(is_unused),
            // Removed meanwhile.
            Err(StoreError::NotFound(Entity::Factor)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.now().0).unwrap_or(0)
    }
}

/// Binds a sealed secret to its place: the row of one account copied over another's does not open.
fn totp_purpose(account: AccountId, place: &[u8; 16]) -> Vec<u8> {
    [b"totp".as_slice(), account.as_bytes(), place].concat()
}

/// Text in an address: everything but letters and digits as bytes.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
