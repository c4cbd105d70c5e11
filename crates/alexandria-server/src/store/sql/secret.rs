//! Secrets of the server.

use async_trait::async_trait;

use super::SqlStore;
use super::tx::{Backend, Tx, first, work};
use super::value::values;
use crate::store::check;
use crate::store::error::StoreError;
use crate::store::secret::Secrets;

#[async_trait]
impl<B: Backend> Secrets for SqlStore<B> {
    async fn server_secret(&self, name: String, candidate: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        check::name(&name)?;
        self.service_write(work!(|tx| {
            let sql = "insert into secrets (name, secret) values ($1, $2) on conflict do nothing";
            tx.execute(sql, values![name.as_str(), candidate]).await?;
            find(tx, name).await?.ok_or(StoreError::Corrupt("a secret that is not there"))
        }))
        .await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.backend.check_schema().await
    }

    async fn find_server_secret(&self, name: String) -> Result<Option<Vec<u8>>, StoreError> {
        check::name(&name)?;
        self.service_read(work!(|tx| find(tx, name).await)).await
    }
}

async fn find(tx: &mut dyn Tx, name: String) -> Result<Option<Vec<u8>>, StoreError> {
    let row = first(tx, "select secret from secrets where name = $1", values![name]).await?;
    row.map(|mut row| row.bytes()).transpose()
}
