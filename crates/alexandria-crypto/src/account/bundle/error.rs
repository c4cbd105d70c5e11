//! Why a key bundle is refused.

use crate::account::grant::GrantError;
use crate::account::history::HistoryError;
use crate::random::RandomError;

/// Why a key bundle cannot be made, decoded or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is not a bundle, or not in its canonical encoding.
    #[error("the key bundle is damaged")]
    Malformed,
    /// A newer version wrote it.
    #[error("the key bundle was written by a newer version of Alexandria")]
    NewerVersion,
    /// The cost of stretching the password is lower or higher than is accepted.
    #[error("the password cost in the key bundle is out of bounds")]
    Cost,
    /// It has no slot of the given kind.
    #[error("the key bundle has no slot for this")]
    NoSlot,
    /// The password or the recovery code is another one.
    #[error("the key bundle was sealed for another password or recovery code")]
    WrongKey,
    /// It belongs to another account, or to another root key.
    #[error("the key bundle belongs to another account")]
    OtherAccount,
    /// It was changed.
    #[error("the key bundle is not authentic")]
    NotAuthentic,
    /// A granted epoch does not open.
    #[error(transparent)]
    Grant(GrantError),
    /// The older epochs do not open.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The system's random generator failed.
    #[error(transparent)]
    Random(RandomError),
}
