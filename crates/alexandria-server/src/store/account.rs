//! Accounts and their key bundles.

use async_trait::async_trait;

use super::device::NewDevice;
use super::error::StoreError;
use super::id::{AccountId, Hash, LogId};
use super::time::UnixMillis;

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// It is in use.
    Active,
    /// The operator has disabled it. It has no sessions.
    Disabled,
    /// It has no sessions, and is erased at this time unless it is restored before.
    Closing {
        /// When it is erased.
        erase_at: UnixMillis,
    },
}

/// How an account came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Anybody could register.
    Open,
    /// With an invitation.
    Invitation,
    /// Through an OpenID provider.
    SingleSignOn,
    /// By the operator.
    Operator,
}

/// Who somebody is to an OpenID provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's issuer URL.
    pub issuer: String,
    /// The provider's id of the user.
    pub subject: String,
}

/// What proves a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRecord {
    /// The OPAQUE registration record.
    pub opaque: Vec<u8>,
    /// The version of the OPAQUE server setup that it was made with.
    pub setup_version: u32,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id, chosen by the first device.
    pub id: AccountId,
    /// What the reader types to sign in, normalised by the caller.
    pub login: String,
    /// What proves the password; `None` if the account has none.
    pub password: Option<PasswordRecord>,
    /// What it may do.
    pub status: AccountStatus,
    /// How it came to be.
    pub registered_by: RegistrationMode,
    /// When it was created.
    pub created_at: UnixMillis,
    /// Bytes of blobs that it may store, if not the server's default.
    pub quota_bytes: Option<u64>,
}

/// The wrapped keys of an account, which the server cannot open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBundle {
    /// Grows by one with each change; the first is 1.
    pub version: u64,
    /// Wrapped root key, slots and suite.
    pub bundle: Vec<u8>,
    /// When this version was stored.
    pub updated_at: UnixMillis,
}

/// What creates an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The account; its status is active whatever this says, and it was created now.
    pub account: Account,
    /// The first log of its records.
    pub log: LogId,
    /// The first version of its keys.
    pub key_bundle: Vec<u8>,
    /// The first device.
    pub device: NewDevice,
    /// Hash of the invitation that is used up by it.
    pub invitation: Option<Hash>,
    /// Who the reader is to an OpenID provider.
    pub identity: Option<Identity>,
}

/// Accounts, their keys, and the identities that find them.
#[async_trait]
pub trait Accounts {
    /// Creates an account with keys and first device, using up the invitation. Repeating it after success is
    /// `Conflict(Account)`: the caller reads the account and compares.
    async fn create_account(&self, new: NewAccount, now: UnixMillis) -> Result<(), StoreError>;

    /// An account.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// The account with this login name.
    async fn account_by_login(&self, login: String) -> Result<Option<Account>, StoreError>;

    /// The account with this identity.
    async fn account_by_identity(&self, identity: Identity) -> Result<Option<Account>, StoreError>;

    /// Gives an account an identity. It may have several; an identity has one account.
    async fn link_identity(&self, account: AccountId, identity: Identity) -> Result<(), StoreError>;

    /// Accounts after this id, in the order of their ids; for the operator.
    async fn accounts(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError>;

    /// Replaces the password and the key bundle of version `expected`, and returns the new version.
    async fn change_password(
        &self,
        account: AccountId,
        password: PasswordRecord,
        expected: u64,
        bundle: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError>;

    /// Disables an account and ends its sessions, or enables it. `AccountClosing` if it is being closed.
    async fn set_disabled(&self, account: AccountId, disabled: bool) -> Result<(), StoreError>;

    /// Sets or removes the quota of this account alone.
    async fn set_quota(&self, account: AccountId, quota_bytes: Option<u64>) -> Result<(), StoreError>;

    /// Ends all sessions and marks the account to be erased at `erase_at`. Closing again keeps the first date.
    async fn close_account(&self, account: AccountId, erase_at: UnixMillis) -> Result<UnixMillis, StoreError>;

    /// Takes back [`close_account`](Self::close_account), as long as nothing is erased.
    async fn restore_account(&self, account: AccountId) -> Result<(), StoreError>;

    /// The key bundle.
    async fn key_bundle(&self, account: AccountId) -> Result<KeyBundle, StoreError>;

    /// Replaces the key bundle of version `expected`, and returns the new version. The same bundle again, with the
    /// version before it, is done already.
    async fn put_key_bundle(
        &self,
        account: AccountId,
        expected: u64,
        bundle: Vec<u8>,
        now: UnixMillis,
    ) -> Result<u64, StoreError>;
}
