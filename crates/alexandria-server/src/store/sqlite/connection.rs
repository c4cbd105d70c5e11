//! One keyed connection. Without a cipher there is none: SQLite without SQLCipher ignores keys without a word.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use zeroize::Zeroizing;

use super::open_error::OpenError;

/// How long a connection waits for a checkpoint of another.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps.
const MAX_CACHED_STATEMENTS: usize = 128;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// There is one.
    Write,
    /// Any number.
    Read,
}

/// Opens the file, creating it if necessary.
pub(super) fn open(path: &Path, key: &[u8; 32], role: Role) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    secure(&connection, key)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(MAX_CACHED_STATEMENTS);
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::Damaged(format!("the journal mode is {mode}")));
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;",
    )?;
    if role == Role::Read {
        connection.pragma_update(None, "query_only", true)?;
    }
    Ok(connection)
}

/// Gives the connection its key, and fails if nothing is encrypted with it or it is not that of the file.
fn secure(connection: &Connection, key: &[u8; 32]) -> Result<(), OpenError> {
    // It would print to standard error; its errors come back as results anyway.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    let mut statement = Zeroizing::new(String::with_capacity(96));
    statement.push_str("PRAGMA key = \"x'");
    for byte in key {
        for digit in [byte >> 4, byte & 15] {
            statement.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    statement.push_str("'\";");
    connection.execute_batch(&statement)?;
    let cipher: Option<String> = connection
        .query_row("PRAGMA cipher_version", [], |row| row.get(0))
        .or_else(|error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(None) } else { Err(error) })?;
    if cipher.is_none_or(|version| version.is_empty()) {
        return Err(OpenError::NoCipher);
    }
    // The first read is what proves the key.
    match connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Err(OpenError::WrongKey),
        result => Ok(result?),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

    use super::*;

    /// SQLite without SQLCipher takes pragmas that it does not know for nothing at all. Ours can be made to do the same.
    #[test]
    fn connection_without_a_cipher_is_refused() {
        let check = |has_cipher: bool| {
            let folder = tempfile::tempdir().unwrap();
            let mut connection = Connection::open(folder.path().join("server.db")).unwrap();
            let ignore = move |context: AuthContext<'_>| match context.action {
                AuthAction::Pragma { pragma_name, .. }
                    if !has_cipher && (pragma_name == "key" || pragma_name.starts_with("cipher")) =>
                {
                    Authorization::Ignore
                }
                _ => Authorization::Allow,
            };
            connection.authorizer(Some(ignore)).unwrap();
            secure(&connection, &[7; 32])
        };
        assert!(matches!(check(false), Err(OpenError::NoCipher)));
        assert!(check(true).is_ok());
    }
}
