//! The operations on a library's vault, one module each.

mod change_ring;
mod compare;
mod create;
mod credential;
mod epoch;
mod import_export;
mod inspect;
mod key_store;
mod open;
mod protect;
mod publication_ids;
mod recovery;
mod repair;
mod ring;
mod rotate;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod unlock;
mod unlock_record;

pub use self::credential::{Credential, Protection};
pub use self::epoch::AddedEpoch;
pub use self::inspect::{CopyStatus, Inspection, KeychainStatus};
pub use self::protect::CleanupFailure;
pub use self::publication_ids::ReplacedPublicationIds;
pub use self::recovery::NewRecoveryCode;
pub use self::rotate::Rotation;
pub use self::state::{Vault, VaultState};
pub use self::unlock::Unlocked;
pub use self::unlock_record::UnlockRecord;
