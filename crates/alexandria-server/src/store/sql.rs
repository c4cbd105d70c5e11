//! The store over SQL: what both databases do is written once, in SQL that both understand alike.
//!
//! Each operation is an async function over a [`Tx`]. A [`Backend`] opens the transaction, runs the operation and commits.
//! Absent: connections, migrations and roles, which differ.

mod account;
mod account_row;
mod audit;
mod blob;
mod blob_row;
mod device;
mod drop;
mod enrolment;
mod erasure;
mod expire;
mod factor;
mod heads;
mod identity;
mod invitation;
mod job;
mod key_bundle;
mod object;
mod pull;
mod push;
mod record;
mod row;
mod secret;
mod session;
mod snapshot;
mod snapshot_row;
pub(super) mod table;
mod tx;
mod usage;
mod value;

pub(super) use row::Row;
pub(super) use tx::{Access, Backend, Scope, Tx, Work};
pub(super) use value::Value;

use super::error::StoreError;
use super::id::AccountId;

/// A store whose operations run in transactions of `B`.
#[derive(Debug)]
pub struct SqlStore<B> {
    backend: B,
}

#[expect(private_bounds, reason = "nobody else opens transactions")]
impl<B: Backend> SqlStore<B> {
    /// The store in `backend`.
    pub(super) const fn new(backend: B) -> Self {
        Self { backend }
    }

    /// The database under it.
    pub(super) const fn backend(&self) -> &B {
        &self.backend
    }

    /// Adds rows of one account, as long as there is space.
    async fn grow<T: Send + 'static>(&self, account: AccountId, work: Work<T>) -> Result<T, StoreError> {
        self.backend.run(Scope::Account(account), Access::Grow, work).await
    }

    /// Changes rows of one account.
    async fn write<T: Send + 'static>(&self, account: AccountId, work: Work<T>) -> Result<T, StoreError> {
        self.backend.run(Scope::Account(account), Access::Write, work).await
    }

    /// Reads rows of one account, as they are at one moment.
    async fn read<T: Send + 'static>(&self, account: AccountId, work: Work<T>) -> Result<T, StoreError> {
        self.backend.run(Scope::Account(account), Access::Read, work).await
    }

    /// Changes what belongs to no account, and the queue.
    async fn service_write<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.backend.run(Scope::Service, Access::Write, work).await
    }

    /// Reads rows of all accounts.
    async fn service_read<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        self.backend.run(Scope::Service, Access::Read, work).await
    }
}
