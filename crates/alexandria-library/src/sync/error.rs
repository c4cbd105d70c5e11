//! Why sync stopped.

use alexandria_crypto::random::RandomError;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_store::StoreError;
use alexandria_store::sync::SyncCommitError;
use alexandria_sync::payload::CborError;

use crate::account::AccountError;
use crate::blocking::Panicked;

/// Why sync stopped. A failed request is no reason: the engine tries again.
#[derive(Debug, thiserror::Error)]
pub enum SyncRunError {
    /// The account cannot be used.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A transaction was not carried out.
    #[error(transparent)]
    Commit(#[from] SyncCommitError),
    /// What is stored of the engine cannot be read.
    #[error("what is stored about sync is damaged: {0}")]
    Damaged(&'static str),
    /// A change cannot be encoded.
    #[error(transparent)]
    Encode(#[from] CborError),
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for SyncRunError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Account(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Commit(SyncCommitError::Store(error)) => error.code(),
            Self::Commit(SyncCommitError::Conflict { .. }) | Self::Damaged(_) => ErrorCode::Damaged,
            Self::Random(_) => ErrorCode::Io,
            Self::Encode(_) | Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
