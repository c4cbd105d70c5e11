//! Transactions, whatever the database.

use async_trait::async_trait;
use futures::future::BoxFuture;

use super::row::Row;
use super::value::Value;
use crate::store::error::StoreError;
use crate::store::id::AccountId;

/// Whose rows a transaction may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Scope {
    /// Those of one account, and invitations.
    Account(AccountId),
    /// It reads all rows, and changes only what names no account, and the queue.
    Service,
}

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Access {
    /// It adds what takes up space for long. Refused first when space runs out.
    Grow,
    /// It changes rows.
    Write,
    /// It reads rows as they are at one moment.
    Read,
}

/// What is done in a transaction.
pub(in crate::store) type Work<T> =
    Box<dyn for<'tx> FnOnce(&'tx mut dyn Tx) -> BoxFuture<'tx, Result<T, StoreError>> + Send>;

/// An open transaction. Statements have parameters `$1`, `$2` …, and may end with `for update` or
/// `for update skip locked`.
#[async_trait]
pub(in crate::store) trait Tx: Send {
    /// Runs a statement, and returns how many rows it changed.
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError>;

    /// Runs a query.
    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError>;
}

/// The first row of a query.
pub(super) async fn first(tx: &mut dyn Tx, sql: &str, values: &[Value]) -> Result<Option<Row>, StoreError> {
    Ok(tx.query(sql, values).await?.into_iter().next())
}

/// Opens transactions.
#[async_trait]
pub(in crate::store) trait Backend: std::fmt::Debug + Send + Sync + 'static {
    /// Runs `work` in a transaction, which is committed if it succeeds and rolled back if it fails or the future is dropped
    /// before.
    async fn run<T: Send + 'static>(&self, scope: Scope, access: Access, work: Work<T>) -> Result<T, StoreError>;

    /// Whether the database answers, and has the newest schema.
    async fn check_schema(&self) -> Result<(), StoreError>;
}

/// A [`Work`] from an expression that uses the transaction.
macro_rules! work {
    (|$tx:ident| $body:expr) => {
        Box::new(move |$tx: &mut dyn $crate::store::sql::Tx| Box::pin(async move { $body }))
    };
}
pub(super) use work;
