//! The folder of a library, and what unlocks it.

mod error;
mod folder;
mod leftovers;
mod unlock;

pub use alexandria_crypto::passphrase::Passphrase;
pub use alexandria_crypto::recovery::{InvalidRecoveryCode, RecoveryCode};

pub use self::error::OpenError;
pub(crate) use self::folder::{LOCK_FILE, create_private, lock_folder, state};
pub(crate) use self::leftovers::has_library_data;
pub use self::unlock::{LibraryState, Unlock};
