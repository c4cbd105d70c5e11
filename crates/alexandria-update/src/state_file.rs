//! Small JSON files that survive a crash: written beside, synchronised, and renamed.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use alexandria_domain::{CodedError, ErrorCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a state file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// The operating system failed.
    #[error("the state of updates cannot be read or written")]
    Io(#[from] io::Error),
    /// The file is not what this program writes.
    #[error("the state of updates is damaged")]
    Damaged(#[source] serde_json::Error),
}

impl CodedError for StateFileError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Io(error) => error.code(),
            Self::Damaged(_) => ErrorCode::Damaged,
        }
    }
}

impl From<StateFileError> for io::Error {
    fn from(error: StateFileError) -> Self {
        match error {
            StateFileError::Io(error) => error,
            StateFileError::Damaged(error) => Self::new(io::ErrorKind::InvalidData, error),
        }
    }
}

/// Reads a file; `None` if there is none.
///
/// # Errors
/// When it cannot be read or is damaged.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StateFileError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(StateFileError::Damaged)
}

/// Replaces a file. After a crash it has its old or its new content.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), StateFileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("new");
    let bytes = serde_json::to_vec(value).map_err(StateFileError::Damaged)?;
    let mut file = File::create(&beside)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    sync_folder(folder)?;
    Ok(())
}

/// Deletes a file, if there is one.
///
/// # Errors
/// When it cannot be deleted.
pub(crate) fn remove(path: &Path) -> Result<(), StateFileError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes renames in a folder durable. Windows does this by itself and cannot open a folder.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() }
}
