//! Schema versions: forward only, by the owner of the tables, one process at a time.

use tokio_postgres::{Client, Config, NoTls};

use super::connect_error::ConnectError;
use crate::store::schema::{MIGRATIONS, Migration};

/// The lock that migrations hold: "alex" in ASCII.
const LOCK: i64 = 0x616c_6578;

/// Brings the database at `url` to the schema of this program, as a role that may create schemas and roles. Servers of the
/// version before go on working meanwhile. Returns how many migrations were applied.
///
/// # Errors
/// If it cannot be reached, is newer than the program, or refuses.
pub async fn migrate(url: &str) -> Result<usize, ConnectError> {
    let mut config: Config = url.parse().map_err(ConnectError::Url)?;
    // Whoever waits for a lock stops all that come after it.
    config.options("-c search_path=alexandria -c lock_timeout=3s").application_name("alexandria-server migrate");
    let (mut client, connection) =
        config.connect(NoTls).await.map_err(|error| ConnectError::Unreachable(Box::new(error)))?;
    let driver = tokio::spawn(connection);
    let result = run(&mut client, MIGRATIONS).await;
    drop(client);
    if let Ok(Err(error)) = driver.await {
        tracing::debug!(%error, "the connection ended");
    }
    result
}

async fn run(client: &mut Client, migrations: &[Migration]) -> Result<usize, ConnectError> {
    let transaction = client.transaction().await?;
    transaction.query("select pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    transaction
        .batch_execute(
            "create schema if not exists alexandria; create table if not exists migrations \
             (version bigint primary key, checksum bytea not null)",
        )
        .await?;
    let applied = checksums(transaction.query(CHECKSUMS, &[]).await?)?;
    compare(&applied, migrations)?;
    for (index, migration) in migrations.iter().enumerate().skip(applied.len()) {
        transaction.batch_execute(migration.tables).await?;
        transaction.batch_execute(migration.policies).await?;
        let version = i64::try_from(index + 1).unwrap_or(i64::MAX);
        let checksum = migration.checksum().to_vec();
        let sql = "insert into migrations (version, checksum) values ($1, $2)";
        transaction.execute(sql, &[&version, &checksum]).await?;
    }
    transaction.commit().await?;
    Ok(migrations.len() - applied.len())
}

const CHECKSUMS: &str = "select checksum from migrations order by version";

/// The checksums of the migrations that were applied; none if there is no schema.
pub(super) async fn applied(client: &Client) -> Result<Vec<Vec<u8>>, tokio_postgres::Error> {
    let row = client.query_one("select to_regclass('alexandria.migrations') is not null", &[]).await?;
    if !row.try_get::<_, bool>(0)? {
        return Ok(Vec::new());
    }
    checksums(client.query(CHECKSUMS, &[]).await?)
}

fn checksums(rows: Vec<tokio_postgres::Row>) -> Result<Vec<Vec<u8>>, tokio_postgres::Error> {
    rows.into_iter().map(|row| row.try_get(0)).collect()
}

/// What was applied must be the beginning of what there is.
pub(super) fn compare(applied: &[Vec<u8>], migrations: &[Migration]) -> Result<(), ConnectError> {
    if applied.len() > migrations.len() {
        return Err(ConnectError::Version { found: applied.len(), known: migrations.len() });
    }
    for (index, (checksum, migration)) in applied.iter().zip(migrations).enumerate() {
        if checksum.as_slice() != migration.checksum() {
            return Err(ConnectError::Changed(index + 1));
        }
    }
    Ok(())
}
