//! The library as a whole: its states on disk, making one, opening and closing it.
//!
//! An open library holds its keys, its database and its lock file; dropping the last handle closes and locks it.

mod core;
mod error;
mod index;
mod remains;
mod rest;
#[cfg(test)]
mod tests;
mod vectors;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

pub use alexandria_crypto::passphrase::Passphrase;
pub use alexandria_crypto::recovery::{InvalidRecoveryCode, RecoveryCode};
use alexandria_domain::CodedError;
use alexandria_store::Store;
use alexandria_vault::{Credential, OsKeychain, Protection, SlotKind, Unlocked, Vault, VaultState};
use tokio::sync::broadcast;

pub(crate) use self::core::{Core, threads};
pub use self::error::OpenError;
pub(crate) use self::index::{IndexFailure, Step};
pub use self::rest::{IDLE, RestError};
use crate::delete;
use crate::event::Event;
use crate::worker::blocking;

/// What is in a library folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryState {
    /// No library yet.
    None,
    /// A library that one of these opens.
    Locked {
        /// Kinds of the vault's slots.
        slots: Vec<SlotKind>,
    },
    /// A vault file that cannot be read, or none beside the database and the books of a library.
    Damaged,
}

/// What opens or protects a library.
pub enum Unlock {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase(Passphrase),
    /// A recovery code. It opens a library, and protects one only beside something else.
    RecoveryCode(RecoveryCode),
}

impl From<Unlock> for Credential {
    fn from(unlock: Unlock) -> Self {
        match unlock {
            Unlock::Keychain => Self::Keychain,
            Unlock::Passphrase(passphrase) => Self::Passphrase(passphrase),
            Unlock::RecoveryCode(code) => Self::RecoveryCode(code),
        }
    }
}

impl std::fmt::Debug for Unlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keychain => "Unlock::Keychain",
            Self::Passphrase(_) => "Unlock::Passphrase",
            Self::RecoveryCode(_) => "Unlock::RecoveryCode",
        })
    }
}

/// An open library. Cheap to clone; the last clone that goes closes it.
#[derive(Clone)]
pub struct Library {
    pub(crate) core: Arc<Core>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library")
    }
}

impl Library {
    /// What is in `folder`, without opening it.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn state(folder: &Path) -> Result<LibraryState, OpenError> {
        let folder = folder.to_owned();
        blocking(move || {
            Ok(match Vault::state(&folder)? {
                VaultState::None if remains::are_in(&folder)? => LibraryState::Damaged,
                VaultState::None => LibraryState::None,
                VaultState::Locked { slots } => LibraryState::Locked { slots },
                VaultState::Damaged => LibraryState::Damaged,
            })
        })
        .await
    }

    /// Makes a new library in `folder`, protected as `unlock` says, and opens it.
    ///
    /// # Errors
    /// When there is one already, or what one leaves that has lost its vault (then nothing at all is written), the
    /// keychain cannot keep the key, or the folder cannot be written. Nothing is then left behind that a second try
    /// would stumble over.
    pub async fn create(folder: &Path, unlock: Unlock) -> Result<Self, OpenError> {
        // The engines would each read a relative folder in their own way.
        let folder = std::path::absolute(folder)?;
        blocking(move || {
            // A new vault beside them would have another key than theirs, and stand where theirs has to come back to.
            if matches!(Vault::state(&folder), Ok(VaultState::None)) && remains::are_in(&folder)? {
                return Err(OpenError::VaultMissing);
            }
            make_private_folder(&folder)?;
            let lock = lock_folder(&folder)?;
            let protection = match unlock {
                Unlock::Keychain => Protection::Keychain,
                Unlock::Passphrase(passphrase) => Protection::Passphrase(passphrase),
                Unlock::RecoveryCode(_) => return Err(OpenError::CodeAlone),
            };
            // Asked before there is a vault, which would be left behind.
            if Store::is_missing(&folder)? {
                return Err(OpenError::Store(alexandria_store::OpenError::Missing));
            }
            let unlocked = Vault::create(&folder, &protection, &OsKeychain::new())?;
            tracing::info!("library created");
            Self::assemble(&folder, unlocked, lock)
        })
        .await
    }

    /// Opens the library in `folder`.
    ///
    /// # Errors
    /// When there is none, it does not open with `unlock`, another process has it open, or it is damaged. Nothing on
    /// disk changes then; when it opens, a change of what protects it that was cut short is finished.
    pub async fn open(folder: &Path, unlock: Unlock) -> Result<Self, OpenError> {
        let folder = std::path::absolute(folder)?;
        let library = blocking(move || {
            match Vault::state(&folder)? {
                VaultState::None if remains::are_in(&folder)? => return Err(OpenError::VaultMissing),
                VaultState::None => return Err(OpenError::NoLibrary),
                VaultState::Locked { .. } | VaultState::Damaged => {}
            }
            let lock = lock_folder(&folder)?;
            let unlocked = Vault::unlock(&folder, &unlock.into(), &OsKeychain::new())?;
            tracing::info!("library opened");
            Self::assemble(&folder, unlocked, lock)
        })
        .await?;
        // What is left of a deletion costs space and is seen by nobody; that is no reason not to open.
        if let Err(error) = delete::finish(&library.core).await {
            tracing::warn!(code = %error.code(), "a deletion could not be finished");
        }
        Ok(library)
    }

    /// What happens in this library from now on. A slow receiver misses the oldest events, never the newest.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.core.events.subscribe()
    }

    /// Asks every job of this library to stop after its present step. Nothing acknowledged is lost; jobs resume when
    /// the library is opened again.
    pub fn stop_jobs(&self) {
        self.core.stop.cancel();
    }

    /// Closes the library for certain: stops its jobs, and waits until they and everything else that uses it have ended
    /// and its keys, its database and its lock on the folder are gone. Then it can be opened anew, by any process.
    ///
    /// Other clones of this handle have to be dropped by those who hold them; this waits for them.
    pub async fn lock(self) {
        self.stop_jobs();
        let closed = self.core.closed();
        // The last handle closes the database, which may write.
        tokio::task::spawn_blocking(move || drop(self));
        closed.cancelled().await;
        tracing::info!("library closed");
    }

    fn assemble(folder: &Path, unlocked: Unlocked, lock: File) -> Result<Self, OpenError> {
        let Unlocked { keys, device, unlock_record, .. } = unlocked;
        let store = Store::open(folder, &keys.database, device)?;
        let core = Core::new(folder, store, keys, device, unlock_record, lock)?;
        Ok(Self { core: Arc::new(core) })
    }
}

/// Makes the library's folder, readable by its owner only.
pub(crate) fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the folder for this process. The lock goes with the file handle, so a killed process leaves none behind.
pub(crate) fn lock_folder(folder: &Path) -> Result<File, OpenError> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
