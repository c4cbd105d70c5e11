//! A transaction, and values on their way to Postgres.

use async_trait::async_trait;
use bytes::BytesMut;
use tokio_postgres::Transaction;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::error::store_error;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, Value};

/// An open transaction.
pub(super) struct PostgresTx<'transaction>(pub(super) &'transaction deadpool_postgres::Transaction<'transaction>);

impl PostgresTx<'_> {
    /// Takes on a role and the claims of a request until the transaction ends.
    pub(super) async fn set_role(&mut self, role: &str, claims: &str) -> Result<(), StoreError> {
        let sql = "select set_config('request.jwt.claims', $1, true), set_config('role', $2, true)";
        self.query(sql, &[claims.into(), role.into()]).await?;
        Ok(())
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

#[async_trait]
impl Tx for PostgresTx<'_> {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        let statement = self.0.prepare_cached(sql).await.map_err(|error| store_error(&error))?;
        let transaction: &Transaction<'_> = self.0;
        transaction.execute(&statement, &parameters(values)).await.map_err(|error| store_error(&error))
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let statement = self.0.prepare_cached(sql).await.map_err(|error| store_error(&error))?;
        let transaction: &Transaction<'_> = self.0;
        let rows = transaction.query(&statement, &parameters(values)).await.map_err(|error| store_error(&error))?;
        rows.iter().map(row).collect()
    }
}

fn row(found: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(found.len());
    for (index, column) in found.columns().iter().enumerate() {
        let kind = column.type_();
        let cell = if *kind == Type::INT8 {
            found.try_get::<_, Option<i64>>(index).map(|value| value.map(Value::Int))
        } else if *kind == Type::INT4 {
            found.try_get::<_, Option<i32>>(index).map(|value| value.map(|value| Value::Int(value.into())))
        } else if *kind == Type::BYTEA {
            found.try_get::<_, Option<Vec<u8>>>(index).map(|value| value.map(Value::Bytes))
        } else {
            found.try_get::<_, Option<String>>(index).map(|value| value.map(Value::Text))
        };
        cells.push(cell.map_err(|_| StoreError::Corrupt("the type of a column"))?.unwrap_or(Value::Null));
    }
    Ok(Row::new(cells))
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql_checked(kind, out),
            Self::Bytes(value) => value.to_sql_checked(kind, out),
            Self::Text(value) => value.to_sql_checked(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::BYTEA, Type::TEXT].contains(kind)
    }

    to_sql_checked!();
}
