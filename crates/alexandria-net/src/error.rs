//! Why a request has no answer.

use alexandria_domain::{CodedError, ErrorCode};

use crate::log::LogError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The user does not allow this feature to make requests.
    #[error("this feature may not use the network; allow it in the settings")]
    NotAllowed,
    /// The address is neither `https` nor on this computer.
    #[error("the address is not protected by TLS")]
    NotSecure,
    /// No connection.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Somebody answers, but not the server with a certificate that this system trusts: a login page of the network, somebody
    /// who listens, a clock that is wrong.
    #[error("there is no secure connection to the server: {0}")]
    NotTrusted(String),
    /// The server took too long.
    #[error("the server takes too long to answer")]
    TimedOut,
    /// The server has no such file.
    #[error("the server has no such file")]
    NotFound,
    /// Any other answer but the file, including one that leads to another address.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The connection broke off.
    #[error("the connection broke off: {0}")]
    Interrupted(String),
    /// See [`LogError`].
    #[error(transparent)]
    Log(#[from] LogError),
    /// The client cannot be set up, for example because the system has no certificates.
    #[error("the network client cannot be started: {0}")]
    Setup(String),
}

impl CodedError for NetError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAllowed => ErrorCode::PermissionDenied,
            Self::NotSecure => ErrorCode::InvalidInput,
            Self::NotFound => ErrorCode::NotFound,
            Self::Unreachable(_) | Self::NotTrusted(_) | Self::TimedOut | Self::Status(_) | Self::Interrupted(_) => {
                ErrorCode::Offline
            }
            Self::Log(error) => error.code(),
            Self::Setup(_) => ErrorCode::Internal,
        }
    }
}
