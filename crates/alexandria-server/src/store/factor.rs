//! Second factors.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::{AccountId, FactorId, Hash};
use super::time::UnixMillis;

/// What proves the factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// Codes that change with time.
    Totp {
        /// The secret, sealed by the server's key.
        sealed_secret: Vec<u8>,
        /// The last step that was used; none up to it is accepted again.
        last_step: Option<u64>,
    },
    /// A WebAuthn credential, as the library that verifies it serialises it.
    Passkey {
        /// The serialised credential.
        credential: Vec<u8>,
    },
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its id.
    pub id: FactorId,
    /// What the reader calls it.
    pub label: String,
    /// What proves it.
    pub kind: FactorKind,
    /// Whether the reader has proved it once; only then it is asked for.
    pub confirmed: bool,
    /// When it was added.
    pub created_at: UnixMillis,
}

/// Second factors and backup codes of an account.
#[async_trait]
pub trait Factors {
    /// All factors, in the order of their ids.
    async fn factors(&self, account: AccountId) -> Result<Vec<Factor>, StoreError>;

    /// Adds a factor, or replaces the one with its id (a passkey's counter, the confirmation).
    async fn put_factor(&self, account: AccountId, factor: Factor) -> Result<(), StoreError>;

    /// Uses a TOTP step. Returns `false` if it or a later one has been used.
    async fn use_totp_step(&self, account: AccountId, factor: FactorId, step: u64) -> Result<bool, StoreError>;

    /// Removes a factor. Returns whether there was one.
    async fn delete_factor(&self, account: AccountId, factor: FactorId) -> Result<bool, StoreError>;

    /// Replaces all backup codes by those with these hashes.
    async fn set_backup_codes(&self, account: AccountId, hashes: Vec<Hash>) -> Result<(), StoreError>;

    /// Uses up a backup code. Returns `false` if there is none with this hash.
    async fn use_backup_code(&self, account: AccountId, hash: Hash) -> Result<bool, StoreError>;

    /// How many backup codes are left.
    async fn backup_codes_left(&self, account: AccountId) -> Result<u64, StoreError>;
}
