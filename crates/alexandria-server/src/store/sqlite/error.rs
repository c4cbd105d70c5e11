//! Errors of the engine, as the store reports them.

use rusqlite::ErrorCode;

use crate::store::error::StoreError;

/// What an error of the engine means to a caller.
pub(super) fn store_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly) => StoreError::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt("the database file"),
        _ => StoreError::Engine(Box::new(error)),
    }
}
