//! One keyed connection: the open sequence of every connection.
//!
//! SQLite without SQLCipher ignores `PRAGMA key` without a word, so the sequence fails closed: no cipher, no
//! connection.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// What a connection is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Reading and writing; there is one.
    Write,
    /// Reading only.
    Read,
}

/// Why a connection could not be opened.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// The engine was built without encryption.
    NoCipher,
    /// The engine failed.
    Engine(rusqlite::Error),
}

impl From<rusqlite::Error> for ConnectError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(error)
    }
}

/// How long a connection waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages of the write-ahead log before they are copied into the database; 32 MB.
const CHECKPOINT_PAGES: i64 = 8192;
/// Prepared statements cached by a connection.
const MAX_CACHED_STATEMENTS: usize = 64;

/// Opens the database with the key of `key_pragma`, a value for `PRAGMA key` whose memory is wiped when it goes.
pub(crate) fn open<S>(path: &Path, key_pragma: &S, role: Role) -> Result<Connection, ConnectError>
where
    S: Deref<Target = String> + DerefMut + From<String>,
{
    // No URI names, no mutex of the engine's own (each connection is behind one of ours).
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    secure(&connection, key_pragma)?;
    configure(&connection, role)?;
    Ok(connection)
}

/// Gives the connection its key, and fails if nothing is encrypted with it or the key is not that of the file.
fn secure<S>(connection: &Connection, key_pragma: &S) -> Result<(), ConnectError>
where
    S: Deref<Target = String> + DerefMut + From<String>,
{
    // The library would print to the shell's standard error; its errors come back as results anyway.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    apply_key(connection, key_pragma)?;
    let cipher: Option<String> = connection
        .query_row("PRAGMA cipher_version", [], |row| row.get(0))
        .or_else(|error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(None) } else { Err(error) })?;
    if cipher.is_none_or(|version| version.is_empty()) {
        return Err(ConnectError::NoCipher);
    }
    // The first read is what proves the key.
    Ok(connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?)
}

fn apply_key<S>(connection: &Connection, key_pragma: &S) -> Result<(), rusqlite::Error>
where
    S: Deref<Target = String> + DerefMut + From<String>,
{
    // Built in memory of the same self-wiping kind, and never reallocated, so that no copy of ours remains. The
    // engine's are: it has copies of a statement's text in a pool of the connection, and does not wipe them. What
    // SQLCipher offers against that, `PRAGMA cipher_memory_security`, does not cover that pool, applies to the process
    // permanently, and locks each allocation of the engine in memory, which takes a system call.
    let mut statement = S::from(String::with_capacity(key_pragma.len() + 32));
    statement.push_str("PRAGMA key = \"");
    statement.push_str(key_pragma);
    statement.push_str("\";");
    connection.execute_batch(&statement)
}

/// Gives a connection that the caller opened the settings of one that only reads.
pub(crate) fn make_read_only(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    tune(connection, Role::Read)?;
    connection.pragma_update(None, "query_only", true)
}

fn tune(connection: &Connection, role: Role) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(MAX_CACHED_STATEMENTS);
    let cache_kib = match role {
        Role::Write => 32 * 1024,
        Role::Read => 16 * 1024,
    };
    connection.execute_batch(&format!(
        "PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA secure_delete = ON;
         PRAGMA cache_size = -{cache_kib};"
    ))
}

fn configure(connection: &Connection, role: Role) -> Result<(), rusqlite::Error> {
    tune(connection, role)?;
    // These answer with a row, which a batch would not read.
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(rusqlite::Error::ExecuteReturnedResults);
    }
    connection.execute_batch("PRAGMA synchronous = FULL;")?;
    match role {
        Role::Write => {
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            connection.pragma_update(None, "journal_size_limit", 0)
        }
        Role::Read => connection.pragma_update(None, "query_only", true),
    }
}

#[cfg(test)]
mod tests {
    use alexandria_crypto::keys::DatabaseKey;
    use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

    use super::*;

    /// SQLite without SQLCipher takes the pragmas it does not know for nothing at all: no error, and no row. No such
    /// engine can be linked beside ours, but ours can be told to treat them in the same way.
    fn forget_encryption(connection: &mut Connection) {
        let ignore = |context: AuthContext<'_>| match context.action {
            AuthAction::Pragma { pragma_name, .. } if pragma_name == "key" || pragma_name.starts_with("cipher") => {
                Authorization::Ignore
            }
            _ => Authorization::Allow,
        };
        connection.authorizer(Some(ignore)).unwrap();
    }

    #[test]
    fn connection_without_a_cipher_is_rejected() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("library.db");
        let key = DatabaseKey::generate().unwrap().expose_raw_key_pragma();
        let check = |without: bool| {
            let mut connection = Connection::open(&path).unwrap();
            if without {
                forget_encryption(&mut connection);
                connection.execute_batch("PRAGMA key = \"x'00'\"").unwrap();
                let version = connection.query_row("PRAGMA cipher_version", [], |row| row.get::<_, String>(0));
                assert_eq!(version, Err(rusqlite::Error::QueryReturnedNoRows), "as SQLite answers");
            }
            secure(&connection, &key)
        };
        assert!(matches!(check(true), Err(ConnectError::NoCipher)));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0, "nothing was written");
        assert!(check(false).is_ok(), "with its cipher it is accepted");
    }
}
