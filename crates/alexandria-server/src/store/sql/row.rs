//! A row of a result, read column by column in the order of the query.

use super::value::Value;
use crate::store::error::StoreError;
use crate::store::time::UnixMillis;

const CORRUPT: StoreError = StoreError::Corrupt("a column has another type or range");

/// A row.
#[derive(Debug)]
pub(in crate::store) struct Row(std::vec::IntoIter<Value>);

impl Row {
    pub(in crate::store) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// All columns that are left.
    pub(in crate::store) fn into_values(self) -> Vec<Value> {
        self.0.collect()
    }

    fn next(&mut self) -> Result<Value, StoreError> {
        self.0.next().ok_or(CORRUPT)
    }

    pub(super) fn int(&mut self) -> Result<i64, StoreError> {
        self.optional_int()?.ok_or(CORRUPT)
    }

    pub(super) fn optional_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next()? {
            Value::Int(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            Value::Bytes(_) | Value::Text(_) => Err(CORRUPT),
        }
    }

    pub(super) fn number(&mut self) -> Result<u64, StoreError> {
        u64::try_from(self.int()?).map_err(|_| CORRUPT)
    }

    pub(super) fn optional_number(&mut self) -> Result<Option<u64>, StoreError> {
        self.optional_int()?.map(|value| u64::try_from(value).map_err(|_| CORRUPT)).transpose()
    }

    pub(super) fn small(&mut self) -> Result<u32, StoreError> {
        u32::try_from(self.int()?).map_err(|_| CORRUPT)
    }

    pub(super) fn time(&mut self) -> Result<UnixMillis, StoreError> {
        self.int().map(UnixMillis)
    }

    pub(super) fn optional_time(&mut self) -> Result<Option<UnixMillis>, StoreError> {
        Ok(self.optional_int()?.map(UnixMillis))
    }

    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        self.optional_bytes()?.ok_or(CORRUPT)
    }

    pub(super) fn optional_bytes(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.next()? {
            Value::Bytes(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            Value::Int(_) | Value::Text(_) => Err(CORRUPT),
        }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.bytes()?.try_into().map_err(|_| CORRUPT)
    }

    pub(super) fn optional_array<const N: usize>(&mut self) -> Result<Option<[u8; N]>, StoreError> {
        self.optional_bytes()?.map(|bytes| bytes.try_into().map_err(|_| CORRUPT)).transpose()
    }

    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        match self.next()? {
            Value::Text(value) => Ok(value),
            Value::Null | Value::Int(_) | Value::Bytes(_) => Err(CORRUPT),
        }
    }
}
