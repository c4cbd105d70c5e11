//! Whole tables, row by row, for moving to another database.

use async_trait::async_trait;

use super::SqlStore;
use super::row::Row;
use super::tx::{Backend, Tx, work};
use super::value::{Value, values};
use crate::store::copy::{CopyRows, TableRows};
use crate::store::error::StoreError;
use crate::store::id::AccountId;
use crate::store::schema::{ACCOUNT_TABLES, SERVER_TABLES, columns};

/// Accounts read at once.
const ACCOUNTS_AT_ONCE: u32 = 500;
/// Of its rows some belong to no account. Their numbers are given by the database.
const JOBS: &str = "jobs";

#[async_trait]
impl<B: Backend> CopyRows for SqlStore<B> {
    async fn accounts_after(&self, after: Option<AccountId>) -> Result<Vec<AccountId>, StoreError> {
        self.service_read(work!(|tx| {
            let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
            let sql = "select account from accounts where account > $1 order by account limit $2";
            let rows = tx.query(sql, values![after, ACCOUNTS_AT_ONCE]).await?;
            rows.into_iter().map(|mut row| row.array().map(AccountId::from_bytes)).collect()
        }))
        .await
    }

    async fn account_rows(&self, account: AccountId) -> Result<Vec<TableRows>, StoreError> {
        self.read(
            account,
            work!(|tx| {
                let mut tables = Vec::new();
                for table in ACCOUNT_TABLES.iter().filter(|table| **table != JOBS) {
                    tables.push(read(tx, table, "where account = $1", values![account]).await?);
                }
                Ok(tables)
            }),
        )
        .await
    }

    async fn insert_account_rows(&self, account: AccountId, rows: Vec<TableRows>) -> Result<u64, StoreError> {
        self.write(account, work!(|tx| insert(tx, rows).await)).await
    }

    async fn server_rows(&self) -> Result<Vec<TableRows>, StoreError> {
        self.service_read(work!(|tx| {
            let mut tables = Vec::new();
            for table in SERVER_TABLES.iter().chain(&[JOBS]) {
                tables.push(read(tx, table, "", &[]).await?);
            }
            Ok(tables)
        }))
        .await
    }

    async fn insert_server_rows(&self, rows: Vec<TableRows>) -> Result<u64, StoreError> {
        self.service_write(work!(|tx| insert(tx, rows).await)).await
    }
}

async fn read(
    tx: &mut dyn Tx,
    table: &'static str,
    condition: &str,
    values: &[Value],
) -> Result<TableRows, StoreError> {
    let columns: Vec<&str> = columns(table).into_iter().filter(|column| (table, *column) != (JOBS, "id")).collect();
    let sql = format!("select {} from {table} {condition}", columns.join(", "));
    let rows = tx.query(&sql, values).await?.into_iter().map(Row::into_values).collect();
    Ok(TableRows { table, columns, rows })
}

async fn insert(tx: &mut dyn Tx, tables: Vec<TableRows>) -> Result<u64, StoreError> {
    let mut inserted = 0;
    for TableRows { table, columns, rows } in tables {
        let parameters: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        let sql = format!("insert into {table} ({}) values ({})", columns.join(", "), parameters.join(", "));
        for row in rows {
            inserted += tx.execute(&sql, &row).await?;
        }
    }
    Ok(inserted)
}
