//! The hosted database: Postgres, reached through a pool.
//!
//! No connection leaves this module: each transaction belongs to one account, whose rows alone it can see, or to the
//! service (`Scope`). What a policy does not allow is refused by the database, also if a query here is wrong.

mod connect_error;
mod error;
mod migrate;
mod pool;
mod tx;

pub use connect_error::ConnectError;
pub use migrate::migrate;

use async_trait::async_trait;
use deadpool_postgres::{Object, Pool};
use tokio_postgres::IsolationLevel;

use self::error::store_error;
use self::tx::PostgresTx;
use super::error::StoreError;
use super::id::AccountId;
use super::schema::MIGRATIONS;
use super::sql::{Access, Backend, Scope, SqlStore, Work};

/// A database that many servers can share.
pub struct Postgres {
    pool: Pool,
}

/// The store in Postgres.
pub type PostgresStore = SqlStore<Postgres>;

impl std::fmt::Debug for Postgres {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Postgres").field("connections", &self.pool.status().size).finish()
    }
}

impl SqlStore<Postgres> {
    /// Connects as the server's role with at most `connections` connections.
    ///
    /// # Errors
    /// If the address is wrong, nobody answers, the role could see rows of all accounts, or the schema is not that of this
    /// program.
    pub async fn connect(url: &str, connections: usize) -> Result<Self, ConnectError> {
        let pool = pool::open(url, connections).await?;
        Ok(Self::new(Postgres { pool }))
    }
}

#[async_trait]
impl Backend for Postgres {
    async fn run<T: Send + 'static>(&self, scope: Scope, access: Access, work: Work<T>) -> Result<T, StoreError> {
        match scope {
            Scope::Account(account) => self.with_account(account, access, work).await,
            Scope::Service => self.with_role("alexandria_service", "", access, work).await,
        }
    }

    async fn check_schema(&self) -> Result<(), StoreError> {
        let client = self.client().await?;
        let found = migrate::applied(&client).await.map_err(|error| store_error(&error))?;
        if found.len() == MIGRATIONS.len() { Ok(()) } else { Err(StoreError::Corrupt("the version of the schema")) }
    }
}

impl Postgres {
    /// The only way to tables that name an account.
    async fn with_account<T>(&self, account: AccountId, access: Access, work: Work<T>) -> Result<T, StoreError> {
        // A UUID may be written without hyphens.
        let claims = format!("{{\"sub\":\"{account}\",\"role\":\"authenticated\"}}");
        self.with_role("authenticated", &claims, access, work).await
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| StoreError::Unavailable(Box::new(error)))
    }

    /// Runs `work` as `role` with the claims of a request. If this future is dropped, the transaction's own destructor
    /// rolls it back before the connection serves anybody else.
    async fn with_role<T>(&self, role: &str, claims: &str, access: Access, work: Work<T>) -> Result<T, StoreError> {
        let mut client = self.client().await?;
        let builder = client.build_transaction();
        let builder = match access {
            Access::Read => builder.isolation_level(IsolationLevel::RepeatableRead).read_only(true),
            // The lock on the account's row comes first, and what is read after it is newer.
            Access::Write | Access::Grow => builder.isolation_level(IsolationLevel::ReadCommitted),
        };
        let transaction = builder.start().await.map_err(|error| store_error(&error))?;
        let mut tx = PostgresTx(&transaction);
        tx.set_role(role, claims).await?;
        match work(&mut tx).await {
            Ok(result) => {
                transaction.commit().await.map_err(|error| store_error(&error))?;
                Ok(result)
            }
            Err(error) => {
                if let Err(failure) = transaction.rollback().await {
                    tracing::warn!(error = %failure, "a rollback failed; the pool tries again");
                }
                Err(error)
            }
        }
    }
}
