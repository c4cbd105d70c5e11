//! The pool: connections that are reset before they are used again.

use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::{Config, NoTls};

use super::connect_error::ConnectError;
use super::migrate;
use crate::store::schema::MIGRATIONS;

/// `DISCARD ALL` would forget prepared statements as well; `RESET ALL` alone leaves the role.
const RESET: &str = "ROLLBACK; RESET ROLE; RESET ALL";
/// Settings of every connection, to which `RESET ALL` returns.
const OPTIONS: &str = "-c search_path=alexandria -c statement_timeout=30s -c lock_timeout=10s \
                       -c idle_in_transaction_session_timeout=30s";
/// How long a request waits for a connection.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Opens the pool, and checks role and schema on its first connection.
pub(super) async fn open(url: &str, connections: usize) -> Result<Pool, ConnectError> {
    let mut config: Config = url.parse().map_err(ConnectError::Url)?;
    let options = config.get_options().map_or_else(|| OPTIONS.to_owned(), |own| format!("{OPTIONS} {own}"));
    config.options(&options).application_name("alexandria-server").connect_timeout(TIMEOUT);
    let recycling_method = RecyclingMethod::Custom(RESET.to_owned());
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method });
    let timeouts = Timeouts { wait: Some(TIMEOUT), create: Some(TIMEOUT), recycle: Some(TIMEOUT) };
    let pool = Pool::builder(manager).max_size(connections).timeouts(timeouts).runtime(Runtime::Tokio1).build()?;
    let client = pool.get().await.map_err(|error| ConnectError::Unreachable(Box::new(error)))?;
    check_role(&client).await?;
    check_schema(&client).await?;
    Ok(pool)
}

/// Refuses roles to which policies do not apply, and owners, who could switch them off.
async fn check_role(client: &Client) -> Result<(), ConnectError> {
    let sql = "select current_user::text, rolsuper or rolbypassrls or exists (
                   select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                   where nspname = 'alexandria' and pg_has_role(current_user, relowner, 'member'))
               from pg_roles where rolname = current_user";
    let row = client.query_one(sql, &[]).await?;
    if row.try_get(1)? { Err(ConnectError::Privileged(row.try_get(0)?)) } else { Ok(()) }
}

async fn check_schema(client: &Client) -> Result<(), ConnectError> {
    let applied = migrate::applied(client).await?;
    migrate::compare(&applied, MIGRATIONS)?;
    if applied.len() == MIGRATIONS.len() {
        Ok(())
    } else {
        Err(ConnectError::Version { found: applied.len(), known: MIGRATIONS.len() })
    }
}
