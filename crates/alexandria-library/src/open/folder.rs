//! The folder of a library: created for its owner only, locked by the process that uses it.

use std::fs::{File, TryLockError};
use std::path::Path;

use alexandria_vault::{Vault, VaultState};

use super::error::OpenError;
use super::leftovers::has_library_data;
use super::unlock::LibraryState;

/// Name of the lock file in a library's folder.
pub(crate) const LOCK_FILE: &str = "lock";

/// What is in `folder`. Blocks.
pub(crate) fn state(folder: &Path) -> Result<LibraryState, OpenError> {
    Ok(match Vault::state(folder)? {
        VaultState::None if has_library_data(folder)? => LibraryState::Damaged,
        VaultState::None => LibraryState::None,
        VaultState::Locked { slots } => LibraryState::Locked { slots },
        VaultState::Damaged => LibraryState::Damaged,
    })
}

/// Creates a folder that only its owner can read.
pub(crate) fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Locks the folder for this process. The lock belongs to the file handle, so a killed process leaves none behind.
pub(crate) fn lock_folder(folder: &Path) -> Result<File, OpenError> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
