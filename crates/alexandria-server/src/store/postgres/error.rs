//! Errors of Postgres, as the store reports them.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::error::StoreError;

/// What an error of the database means to a caller.
pub(super) fn store_error(error: &Error) -> StoreError {
    let source = || {
        // The database's message may quote values of a row; the code does not.
        let code = error.code().map_or("no code", SqlState::code);
        format!("{} ({code})", if error.is_closed() { "connection closed" } else { "refused" }).into()
    };
    let Some(code) = error.code() else { return StoreError::Unavailable(source()) };
    let is_busy = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
        SqlState::TOO_MANY_CONNECTIONS,
    ];
    let is_read_only = [SqlState::DISK_FULL, SqlState::READ_ONLY_SQL_TRANSACTION];
    if is_busy.contains(code) {
        StoreError::Busy
    } else if is_read_only.contains(code) {
        StoreError::ReadOnly
    } else if code.code().starts_with("08") || code.code().starts_with("57P") {
        StoreError::Unavailable(source())
    } else {
        StoreError::Engine(source())
    }
}
