//! What the operator does to accounts, from the command line of the server.
//!
//! Boundary: the operator can disable an account and limit it, and reads nothing but what `docs/crypto-inventory.md` lists as
//! visible. Invitations are in `invitations.rs`.

use super::context::Rules;
use super::error::RuleError;
use super::login_name::LoginName;
use crate::store::{Account, AccountId, Usage};

/// Accounts that are read at once.
const PAGE: u32 = 500;

impl Rules {
    /// Every account with what it uses, in the order of ids.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn list_accounts(&self) -> Result<Vec<(Account, Usage)>, RuleError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.store().accounts(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = Some(last.id);
            for account in page {
                let usage = self.store().usage(account.id).await?;
                all.push((account, usage));
            }
        }
    }

    /// The account of a login name.
    ///
    /// # Errors
    /// [`RuleError::NotFound`], [`RuleError::Invalid`].
    pub async fn find_account(&self, login: &str) -> Result<AccountId, RuleError> {
        let login = LoginName::parse(login).map_err(|_| RuleError::Invalid("login name"))?;
        let account = self.store().account_by_login(login.as_str().to_owned()).await?;
        account.map(|account| account.id).ok_or(RuleError::NotFound)
    }

    /// Disables an account, which ends its sessions, or enables it again.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn set_disabled(&self, account: AccountId, disabled: bool) -> Result<(), RuleError> {
        self.store().set_disabled(account, disabled).await?;
        self.wake(account).await;
        Ok(())
    }

    /// Sets the quota of one account in bytes, or removes it so that the server's counts.
    ///
    /// # Errors
    /// Errors of the store.
    pub async fn set_quota(&self, account: AccountId, quota_bytes: Option<u64>) -> Result<(), RuleError> {
        Ok(self.store().set_quota(account, quota_bytes).await?)
    }
}
