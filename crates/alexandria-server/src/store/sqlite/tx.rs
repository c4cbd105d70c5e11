//! A transaction of a connection. Its futures are always ready: the engine does not wait for anything.

use async_trait::async_trait;
use futures::FutureExt;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::error::store_error;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, Value, Work};

/// An open transaction.
#[derive(Debug)]
pub(super) struct SqliteTx<'connection>(pub(super) &'connection mut Connection);

impl SqliteTx<'_> {
    /// Does all of `work` now.
    pub(super) fn run<T>(&mut self, work: Work<T>) -> Result<T, StoreError> {
        work(self).now_or_never().unwrap_or(Err(StoreError::Corrupt("a transaction that waits")))
    }

    fn prepare(&self, sql: &str, values: &[Value]) -> Result<CachedStatement<'_>, rusqlite::Error> {
        // One writer has no rows to lock.
        let sql = sql.trim_end_matches(" for update skip locked").trim_end_matches(" for update").replace('$', "?");
        let mut statement = self.0.prepare_cached(&sql)?;
        for (index, value) in values.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        Ok(statement)
    }
}

#[async_trait]
impl Tx for SqliteTx<'_> {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        let changed = self.prepare(sql, values).and_then(|mut statement| statement.raw_execute());
        Ok(changed.map_err(store_error)? as u64)
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let read = || {
            let mut statement = self.prepare(sql, values)?;
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let mut cells = Vec::with_capacity(columns);
                for index in 0..columns {
                    cells.push(value(row.get_ref(index)?)?);
                }
                found.push(Row::new(cells));
            }
            Ok(found)
        };
        read().map_err(store_error)
    }
}

fn value(found: ValueRef<'_>) -> Result<Value, rusqlite::Error> {
    Ok(match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Blob(value) => Value::Bytes(value.to_vec()),
        ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Real(_) => return Err(rusqlite::Error::InvalidQuery),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(SqlValue::Null),
            Self::Int(value) => ToSqlOutput::Owned(SqlValue::Integer(*value)),
            Self::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Self::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
        })
    }
}
