//! Creating, opening and closing a library.

use std::path::Path;
use std::sync::Arc;

use alexandria_domain::CodedError;
use alexandria_store::Store;
use alexandria_vault::{OsKeychain, Protection, Vault, VaultState};
use tokio::sync::broadcast;

use super::{Library, Parts};
use crate::blocking::blocking;
use crate::event::Event;
use crate::open::{self, LibraryState, OpenError, Unlock, create_private, has_library_data, lock_folder};
use crate::shelf::finish_deletions;

impl Library {
    /// What is in `folder`, without opening it.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn state(folder: &Path) -> Result<LibraryState, OpenError> {
        let folder = folder.to_owned();
        blocking(move || open::state(&folder)).await
    }

    /// Creates a library in `folder`, protected by `unlock`, and opens it.
    ///
    /// # Errors
    /// When the folder has a library, or data of one that has lost its vault (then nothing at all is written), the
    /// keychain cannot store the key, or the folder cannot be written. Nothing is left behind that would make a second
    /// attempt fail.
    pub async fn create(folder: &Path, unlock: Unlock) -> Result<Self, OpenError> {
        // The engines would resolve a relative folder in different ways.
        let folder = std::path::absolute(folder)?;
        blocking(move || {
            // A new vault has another key than that data, and would be in the way of the vault that is to be restored.
            if matches!(Vault::state(&folder), Ok(VaultState::None)) && has_library_data(&folder)? {
                return Err(OpenError::VaultMissing);
            }
            create_private(&folder)?;
            let lock = lock_folder(&folder)?;
            let protection = match unlock {
                Unlock::Keychain => Protection::Keychain,
                Unlock::Passphrase(passphrase) => Protection::Passphrase(passphrase),
                Unlock::RecoveryCode(_) => return Err(OpenError::RecoveryCodeOnly),
            };
            // Checked before the vault is created, which would be left behind.
            if Store::is_missing(&folder)? {
                return Err(OpenError::Store(alexandria_store::OpenError::Missing));
            }
            let unlocked = Vault::create(&folder, &protection, &OsKeychain::new())?;
            tracing::info!("library created");
            Ok(Self { parts: Arc::new(Parts::assemble(&folder, unlocked, lock)?) })
        })
        .await
    }

    /// Opens the library in `folder`.
    ///
    /// # Errors
    /// When there is none, `unlock` does not open it, another process has it open, or it is damaged. Nothing on disk
    /// changes then. When it opens, an interrupted change of its protection is finished.
    pub async fn open(folder: &Path, unlock: Unlock) -> Result<Self, OpenError> {
        let folder = std::path::absolute(folder)?;
        let library = blocking(move || {
            match Vault::state(&folder)? {
                VaultState::None if has_library_data(&folder)? => return Err(OpenError::VaultMissing),
                VaultState::None => return Err(OpenError::NoLibrary),
                VaultState::Locked { .. } | VaultState::Damaged => {}
            }
            let lock = lock_folder(&folder)?;
            let unlocked = Vault::unlock(&folder, &unlock.into(), &OsKeychain::new())?;
            tracing::info!("library opened");
            Ok(Self { parts: Arc::new(Parts::assemble(&folder, unlocked, lock)?) })
        })
        .await?;
        // The rest of a deletion costs space and is not visible; that is no reason to refuse to open.
        if let Err(error) = finish_deletions(&library.parts.engines, &library.parts.index).await {
            tracing::warn!(code = %error.code(), "a deletion could not be finished");
        }
        Ok(library)
    }

    /// All events from now on. A slow subscriber misses the oldest events, never the newest.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.parts.engines.events.subscribe()
    }

    /// Asks every job of this library to stop after its present step. Nothing acknowledged is lost; jobs resume when
    /// the library is opened again.
    pub fn stop_jobs(&self) {
        self.parts.engines.stop.cancel();
    }

    /// Closes the library: stops its jobs, and waits until they and every other user have finished and its keys, database
    /// and folder lock are released. Then any process can open it.
    ///
    /// This waits for other clones of the handle, whose owners have to drop them.
    pub async fn lock(self) {
        self.stop_jobs();
        let closed = self.parts.engines.lifetime.closed();
        // The last handle closes the database, which may write.
        tokio::task::spawn_blocking(move || drop(self));
        closed.cancelled().await;
        tracing::info!("library closed");
    }
}
