//! Copies of the whole database at one moment, encrypted with the same key.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use rusqlite::Connection;

use super::open_error::OpenError;

/// Writes a copy to `path`, replacing what is there, and flushes it to disk. Others can go on writing.
pub(super) fn copy_into(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Io { path: path.to_owned(), source };
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let name = path.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(path.to_owned()))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    File::open(path).and_then(|file| file.sync_all()).map_err(failed)
}
