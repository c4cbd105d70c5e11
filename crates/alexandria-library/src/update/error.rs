//! Why an update was not found or not installed.

use std::io;

use alexandria_crypto::random::RandomError;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_net::{LogError, NetError};
use alexandria_update::{DownloadError, FetchError, InstallError, SourceError, StateFileError, UpdateFileError};

use crate::blocking::Panicked;

/// Why an update was not found or not installed. The program is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Whoever packaged this copy of the program updates it.
    #[error("this copy of Alexandria does not update itself; whoever packaged it does")]
    NotOurs,
    /// The files that say where updates come from are damaged.
    #[error("the files that say where updates come from are damaged; install Alexandria again")]
    Package,
    /// The program's own version is not three numbers.
    #[error("this is a build without a release version, which is not updated")]
    Version,
    /// No release was offered.
    #[error("there is nothing to install")]
    NothingToInstall,
    /// The user cancelled. What was received is kept.
    #[error("cancelled; the download will go on where it stopped")]
    Cancelled,
    /// See [`SourceError`].
    #[error(transparent)]
    Source(#[from] SourceError),
    /// See [`DownloadError`].
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// See [`InstallError`].
    #[error(transparent)]
    Install(#[from] InstallError),
    /// See [`UpdateFileError`].
    #[error(transparent)]
    UpdateFile(#[from] UpdateFileError),
    /// See [`StateFileError`].
    #[error(transparent)]
    State(#[from] StateFileError),
    /// See [`NetError`].
    #[error(transparent)]
    Net(#[from] NetError),
    /// See [`LogError`].
    #[error(transparent)]
    Log(#[from] LogError),
    /// The operating system failed.
    #[error("a file could not be read or written")]
    Io(#[source] io::Error),
    /// The previous version took the place of one that did not start, but does not start either.
    #[error("the previous version is back in its place, but could not be started; start it again")]
    Previous(#[source] io::Error),
    /// There are no random bytes.
    #[error(transparent)]
    Random(RandomError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl UpdateError {
    /// Whether the user does not allow requests for updates.
    #[must_use]
    pub const fn is_not_allowed(&self) -> bool {
        matches!(self, Self::Source(SourceError::Fetch(FetchError::NotAllowed)))
    }
}

impl CodedError for UpdateError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotOurs | Self::Version | Self::NothingToInstall => ErrorCode::InvalidInput,
            Self::Package => ErrorCode::Damaged,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Source(error) => error.code(),
            Self::Download(error) => error.code(),
            Self::Install(error) => error.code(),
            Self::UpdateFile(error) => error.code(),
            Self::State(error) => error.code(),
            Self::Net(error) => error.code(),
            Self::Log(error) => error.code(),
            Self::Io(error) => error.code(),
            Self::Previous(_) | Self::Random(_) => ErrorCode::Io,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
