//! What Postgres and SQLite themselves say about the tables.

use std::collections::BTreeSet;

use tokio_postgres::{Client, NoTls};

use super::command::run;
use super::sqlite;
use crate::store::CopyRows as _;
use crate::store::postgres::{ConnectError, PostgresStore, migrate};
use crate::store::schema::{ACCOUNT_TABLES, SERVER_TABLES};
use crate::testing::postgres::TestDatabase;

async fn names(client: &Client, sql: &str) -> BTreeSet<String> {
    client.query(sql, &[]).await.unwrap().into_iter().map(|row| row.get(0)).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const ACCOUNT_COLUMNS: &str = "select table_name::text from information_schema.columns \
                               where table_schema = 'alexandria' and column_name = 'account'";

/// Row 23: a new table that names an account and is not in the list fails here.
#[tokio::test]
async fn list_of_account_tables_is_that_of_the_catalogue() {
    let Some(database) = TestDatabase::create().await else { return };
    let owner = database.owner().await;
    assert_eq!(names(&owner, ACCOUNT_COLUMNS).await, set(ACCOUNT_TABLES));
    let all = "select tablename::text from pg_tables where schemaname = 'alexandria' and tablename <> 'migrations'";
    let both: BTreeSet<String> = set(ACCOUNT_TABLES).union(&set(SERVER_TABLES)).cloned().collect();
    assert_eq!(names(&owner, all).await, both);
    // The test can fail: a table more is seen.
    owner.batch_execute("create table alexandria.forgotten (account bytea)").await.unwrap();
    assert_ne!(names(&owner, ACCOUNT_COLUMNS).await, set(ACCOUNT_TABLES));
}

#[tokio::test]
async fn tables_of_accounts_have_forced_policies_for_reading_and_writing() {
    let Some(database) = TestDatabase::create().await else { return };
    let owner = database.owner().await;
    let forced = "select relname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace \
                  where nspname = 'alexandria' and relkind = 'r' and relrowsecurity and relforcerowsecurity";
    assert_eq!(names(&owner, forced).await, set(ACCOUNT_TABLES));
    let own_rows = "select tablename::text from pg_policies where schemaname = 'alexandria' and policyname = 'own_rows' \
                    and cmd = 'ALL' and roles = '{authenticated}' and qual = with_check and qual like '%auth.uid()%'";
    assert_eq!(names(&owner, own_rows).await, set(ACCOUNT_TABLES));
    // Nothing else gives a request rights to rows.
    let others = "select policyname::text from pg_policies where schemaname = 'alexandria' \
                  and (roles <> '{alexandria_service}' and policyname <> 'own_rows')";
    assert_eq!(names(&owner, others).await, BTreeSet::new());
}

#[tokio::test]
async fn runtime_roles_cannot_bypass_policies() {
    let Some(database) = TestDatabase::create().await else { return };
    let owner = database.owner().await;
    let strong = "select rolname::text from pg_roles where rolname in \
                  ('alexandria_server', 'alexandria_service', 'authenticated') \
                  and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolinherit)";
    assert_eq!(names(&owner, strong).await, BTreeSet::new());
    let owned = "select relname::text from pg_class join pg_roles on pg_roles.oid = relowner where rolname in \
                 ('alexandria_server', 'alexandria_service', 'authenticated')";
    assert_eq!(names(&owner, owned).await, BTreeSet::new());
    // Of these policies know nothing.
    let more = "select table_name::text from information_schema.role_table_grants \
                where table_schema = 'alexandria' and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER') \
                and grantee in ('alexandria_server', 'alexandria_service', 'authenticated', 'PUBLIC')";
    assert_eq!(names(&owner, more).await, BTreeSet::new());
    let dangerous = "select proname::text from pg_proc join pg_namespace on pg_namespace.oid = pronamespace \
                     where nspname in ('alexandria', 'auth') and prosecdef";
    assert_eq!(names(&owner, dangerous).await, BTreeSet::new());
}

#[tokio::test]
async fn every_migrated_role_but_the_servers_is_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let refused = PostgresStore::connect(&database.owner_url(), 1).await;
    assert!(matches!(refused, Err(ConnectError::Privileged(role)) if role == "owner"));
    PostgresStore::connect(&database.url(), 1).await.unwrap();
}

#[tokio::test]
async fn migrations_are_applied_once_and_required() {
    let Some(database) = TestDatabase::create_empty().await else { return };
    // The role is that of another database in the same cluster, or comes with the migration.
    let known = crate::store::schema::MIGRATIONS.len();
    assert_eq!(migrate(&database.owner_url()).await.unwrap(), known);
    assert_eq!(migrate(&database.owner_url()).await.unwrap(), 0);
    let owner = database.owner().await;
    owner.batch_execute("update alexandria.migrations set checksum = '\\x00'").await.unwrap();
    assert!(matches!(migrate(&database.owner_url()).await, Err(ConnectError::Changed(1))));
    owner.batch_execute("delete from alexandria.migrations").await.unwrap();
    let old = PostgresStore::connect(&database.url(), 1).await;
    assert!(matches!(old, Err(ConnectError::Version { found: 0, .. })), "{old:?}");
}

/// What a query without the right condition would get.
#[tokio::test]
async fn policies_hide_rows_of_other_accounts_from_wrong_queries() {
    let Some(database) = TestDatabase::create().await else { return };
    let store = PostgresStore::connect(&database.url(), 1).await.unwrap();
    for account in [1, 2] {
        run(&store, &format!("create {account} login{account} device={account}")).await;
        run(&store, &format!("push {account} {account}:0:1")).await;
    }
    let (mut client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    // Without a role the server's login has no rights at all.
    assert!(client.query("select * from alexandria.records", &[]).await.is_err());
    let transaction = client.transaction().await.unwrap();
    let claims = "{\"sub\":\"01010101-0101-0101-0101-010101010101\"}";
    let set = "select set_config('request.jwt.claims', $1, true), set_config('role', 'authenticated', true)";
    transaction.query(set, &[&claims]).await.unwrap();
    let rows = transaction.query("select account from alexandria.records", &[]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get::<_, Vec<u8>>(0)).collect::<Vec<_>>(), [vec![1; 16]]);
    let changed = transaction.execute("update alexandria.accounts set login = login || 'x'", &[]).await.unwrap();
    assert_eq!(changed, 1);
    let foreign = "insert into alexandria.backup_codes (account, hash) values ($1, $1)";
    let refused = transaction.execute(foreign, &[&vec![2_u8; 16]]).await.unwrap_err();
    assert_eq!(refused.code().map(tokio_postgres::error::SqlState::code), Some("42501"));
}

/// Both databases have the tables and columns that the schema lists.
#[tokio::test]
async fn every_table_can_be_copied() {
    let store = sqlite();
    run(&*store.store, "create 1 a").await;
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::sqlite::SqliteStore::open(folder.path(), &super::KEY).unwrap();
    run(&store, "create 1 a").await;
    let rows = store.account_rows(super::command::account_number(1)).await.unwrap();
    let tables: Vec<_> = rows.iter().map(|rows| rows.table).collect();
    assert_eq!(tables, ACCOUNT_TABLES.iter().copied().filter(|table| *table != "jobs").collect::<Vec<_>>());
    assert!(rows.iter().all(|rows| rows.columns.contains(&"account")), "{rows:?}");
}
