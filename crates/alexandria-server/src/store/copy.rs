//! Copying whole databases, row by row.

use async_trait::async_trait;

use super::error::StoreError;
use super::id::AccountId;
use super::sql::Value;

/// Rows of a table. Only another store can do anything with them.
#[derive(Debug)]
pub struct TableRows {
    pub(super) table: &'static str,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// A database that can be copied.
#[async_trait]
pub trait CopyRows: Send + Sync {
    /// Accounts after this one, in the order of their ids; none if there are no more.
    async fn accounts_after(&self, after: Option<AccountId>) -> Result<Vec<AccountId>, StoreError>;

    /// All rows of an account, without its jobs.
    async fn account_rows(&self, account: AccountId) -> Result<Vec<TableRows>, StoreError>;

    /// Adds rows of an account, and returns how many.
    async fn insert_account_rows(&self, account: AccountId, rows: Vec<TableRows>) -> Result<u64, StoreError>;

    /// All rows that belong to no account, and the queue.
    async fn server_rows(&self) -> Result<Vec<TableRows>, StoreError>;

    /// Adds such rows, and returns how many.
    async fn insert_server_rows(&self, rows: Vec<TableRows>) -> Result<u64, StoreError>;
}
