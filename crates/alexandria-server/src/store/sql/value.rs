//! Values that go into and come out of a database.

use crate::store::check;
use crate::store::error::StoreError;
use crate::store::id::{
    AccountId, BlobId, DeviceId, EnrolmentId, FactorId, Hash, LogId, SessionId, SnapshotId, StreamId,
};
use crate::store::time::UnixMillis;

/// One of the types that both databases have.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) enum Value {
    Null,
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
}

/// A number of a type that may be larger than databases keep.
pub(super) fn number(value: u64) -> Result<Value, StoreError> {
    check::number(value).map(Value::Int)
}

/// As [`number`]; `None` is null.
pub(super) fn optional_number(value: Option<u64>) -> Result<Value, StoreError> {
    value.map_or(Ok(Value::Null), number)
}

/// The values in brackets, each converted.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::sql::Value::from($value)),*]
    };
}
pub(super) use values;

macro_rules! from_ids {
    ($($id:ty),*) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Bytes(id.as_bytes().to_vec())
            }
        }
    )*};
}
from_ids!(AccountId, BlobId, DeviceId, EnrolmentId, FactorId, LogId, SessionId, SnapshotId, StreamId);

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<UnixMillis> for Value {
    fn from(value: UnixMillis) -> Self {
        Self::Int(value.0)
    }
}

impl From<Hash> for Value {
    fn from(value: Hash) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<[u8; 8]> for Value {
    fn from(value: [u8; 8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
