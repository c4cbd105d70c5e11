//! Opening the database: creating or migrating the file, and distinguishing why it does not open.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Mutex;

use alexandria_crypto::keys::DatabaseKey;
use alexandria_domain::{CodedError, ErrorCode};
use rusqlite::ffi;

use crate::blob;
use crate::connection::{self, ConnectError, Role};
use crate::durable;
use crate::error::StoreError;
use crate::migrate;
use crate::read_connections::ReadConnections;
use crate::snapshot;
use crate::store::Store;

/// Name of the database in the library's folder.
pub const FILE_NAME: &str = "library.db";

/// Connections that only read.
const READ_CONNECTIONS: usize = 4;
/// SQLCipher's page, in bytes.
const PAGE_BYTES: u64 = 4096;
/// The first bytes of a database that is not encrypted.
pub(crate) const PLAINTEXT_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Why the database could not be opened. Nothing on disk was changed, unless a migration is named.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database engine was built without encryption.
    #[error(
        "this build of Alexandria has no database encryption and will not store anything; install an official build"
    )]
    NoCipher,
    /// The file is a plaintext database.
    #[error("the library's database is not encrypted, so Alexandria did not write it; move {FILE_NAME} away")]
    Plaintext,
    /// The file was created with another key.
    #[error("the library's key does not open its database; the vault and the database are of different libraries")]
    WrongKey,
    /// The file is truncated, or a page does not authenticate.
    #[error("the library's database is damaged; restore a copy of the library's folder")]
    Damaged,
    /// There is no file, or an empty one, although there are files of books: the library has lost it.
    #[error(
        "the library's database is missing or empty while its books are there; put {FILE_NAME} back, \
         or move the library's folder away and use `alexandria restore` with a backup"
    )]
    Missing,
    /// A newer version of Alexandria wrote the file.
    #[error(
        "the library was written by a newer version of Alexandria (schema {found}, this one knows {known}); update Alexandria"
    )]
    Newer {
        /// Schema version of the file.
        found: u32,
        /// Newest schema version this build knows.
        known: u32,
    },
    /// The file, or the copy before a migration, cannot be read or written.
    #[error("the library's database cannot be opened: {0}")]
    Io(#[from] io::Error),
    /// The engine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CodedError for OpenError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoCipher => ErrorCode::Internal,
            Self::Plaintext | Self::WrongKey | Self::Damaged | Self::Missing => ErrorCode::Damaged,
            Self::Newer { .. } => ErrorCode::NewerVersion,
            Self::Io(error) => ErrorCode::of_io(error),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

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
