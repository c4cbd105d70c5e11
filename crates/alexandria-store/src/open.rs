//! Opening the database: creating or migrating the file, and distinguishing why it does not open.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Mutex;

use alexandria_crypto::keys::DatabaseKey;
use rusqlite::ffi;

use crate::blob;
use crate::connection::{self, ConnectError, Role};
use crate::database_file::{FILE_NAME, PLAINTEXT_HEADER};
use crate::durable;
use crate::migrate;
use crate::open_error::OpenError;
use crate::read_connections::ReadConnections;
use crate::snapshot;
use crate::store::Store;

/// Connections that only read.
const READ_CONNECTIONS: usize = 4;
/// SQLCipher's page, in bytes.
const PAGE_BYTES: u64 = 4096;

impl Store {
    /// Opens the database in the folder `dir`, creating it if there is none and migrating it if it is older. No other
    /// process has it open: unfinished copies are removed.
    ///
    /// # Errors
    /// [`OpenError`] distinguishes a wrong key, a plaintext, damaged or missing file and a newer version.
    pub fn open(dir: &Path, key: &DatabaseKey) -> Result<Self, OpenError> {
        if Self::is_missing(dir)? {
            return Err(OpenError::Missing);
        }
        let path = dir.join(FILE_NAME);
        let key = key.expose_raw_key_pragma();
        let header = check_header(&path)?;
        let connect = |role| {
            connection::open(&path, &key, role).map_err(|error| match error {
                ConnectError::NoCipher => OpenError::NoCipher,
                ConnectError::Engine(error) => open_error(error, &header, &key),
            })
        };
        let mut writer = connect(Role::Write)?;
        // A file of one page without a schema has lost its log, or was never completed.
        if migrate::version(&writer)? == 0 && has_blob_folder(dir)? {
            return Err(OpenError::Missing);
        }
        migrate::run(&mut writer, &path, migrate::MIGRATIONS)?;
        let read_connections = (0..READ_CONNECTIONS).map(|_| connect(Role::Read)).collect::<Result<Vec<_>, _>>()?;
        snapshot::sweep(&path);
        Ok(Self { writer: Mutex::new(writer), read_connections: ReadConnections::new(read_connections) })
    }

    /// Whether the folder `dir` has the files of books and no database, or an empty one. Creating one there would hide
    /// that the library has lost it, so [`open`](Self::open) does not.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn is_missing(dir: &Path) -> io::Result<bool> {
        if !has_blob_folder(dir)? {
            return Ok(false);
        }
        match fs::metadata(dir.join(FILE_NAME)) {
            Ok(file) => Ok(file.len() == 0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// Whether there is a folder for the files of books. It is created after the database: if the creation of a library is
/// interrupted before its database is complete, there is none. In a restore the database is complete before it is opened.
fn has_blob_folder(dir: &Path) -> io::Result<bool> {
    dir.join(blob::FOLDER).try_exists()
}

/// The file's first bytes, which are the key's salt under SQLCipher; empty for a new file. Creates the file if there is
/// none, readable by its owner only (the engine gives its other files the same permissions).
fn check_header(path: &Path) -> Result<Vec<u8>, OpenError> {
    let mut file = durable::private_file(path)?;
    let length = file.metadata()?.len();
    let mut header = Vec::with_capacity(PLAINTEXT_HEADER.len());
    file.by_ref().take(PLAINTEXT_HEADER.len() as u64).read_to_end(&mut header)?;
    if length == 0 {
        durable::sync_folder(path)?;
    }
    if header == PLAINTEXT_HEADER {
        return Err(OpenError::Plaintext);
    }
    // The end of the file may be torn while the log still holds its pages.
    let log = fs::metadata(path.with_extension("db-wal")).is_ok_and(|log| log.len() > 0);
    if !length.is_multiple_of(PAGE_BYTES) && !log {
        return Err(OpenError::Damaged);
    }
    Ok(header)
}

/// Why the engine does not open a file that begins with `header`. A wrong key and a damaged first page are the same error
/// to it; but the file begins with the salt of its own key.
fn open_error(error: rusqlite::Error, header: &[u8], key_pragma: &str) -> OpenError {
    let code = error.sqlite_error().map(|error| error.extended_code & 0xff);
    let hex: String = header.iter().map(|byte| format!("{byte:02x}")).collect();
    let own_salt = !header.is_empty() && key_pragma.trim_end_matches('\'').ends_with(&hex);
    match code {
        Some(ffi::SQLITE_NOTADB) if !own_salt => OpenError::WrongKey,
        Some(ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT) => OpenError::Damaged,
        _ => OpenError::Store(error.into()),
    }
}
