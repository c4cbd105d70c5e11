//! Why a request to a sync server failed.

use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_protocol::problem::{ClientAction, Problem, ProblemCode};

use crate::error::NetError;

/// Why a request to a sync server failed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The request was not permitted, or there was no connection, or it broke off.
    #[error(transparent)]
    Net(#[from] NetError),
    /// Something that is no sync server answered: a login page of the network, a proxy, another program. Nothing that it says
    /// may change what this device believes.
    ///
    /// Trap 16 of the sync design, "a proxy's answer taken for ours": 200 with HTML, 413 with HTML, 502, truncated,
    /// `Alexandria-Server` missing: no state changed, right words.
    #[error("something else than a sync server answered, with status {status}")]
    NotOurs {
        /// The HTTP status of the answer.
        status: u16,
        /// When to try again, if the answer says so.
        retry_after: Option<Duration>,
    },
    /// The server refused.
    #[error("the server refused: {0}")]
    Refused(Box<Problem>),
    /// The server answered with something that the protocol does not provide for.
    #[error("the server's answer is malformed: {0}")]
    Malformed(&'static str),
    /// The answer is longer than any that the protocol provides for.
    #[error("the server's answer is longer than {limit} bytes")]
    TooLong {
        /// The greatest length, in bytes.
        limit: usize,
    },
    /// The request needs a device that is part of an account.
    #[error("this device is not signed in")]
    NotSignedIn,
}

impl SyncError {
    /// The server's code, if it refused.
    #[must_use]
    pub fn code(&self) -> Option<&ProblemCode> {
        match self {
            Self::Refused(problem) => Some(&problem.code),
            _ => None,
        }
    }

    /// Earliest time of the next attempt, from now on, if the answer says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotOurs { retry_after, .. } => *retry_after,
            Self::Refused(problem) => problem.retry_after_ms.map(Duration::from_millis),
            _ => None,
        }
    }

    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Net(NetError::Unreachable(_) | NetError::TimedOut | NetError::Interrupted(_)) => true,
            Self::NotOurs { status, .. } => is_temporary_status(*status),
            Self::Refused(problem) => {
                let is_unknown = matches!(problem.code, ProblemCode::Unknown(_));
                is_temporary_status(problem.status) && (is_unknown || problem.code.is_retryable())
            }
            _ => false,
        }
    }

    /// Whether the request may have reached the server although there is no answer.
    pub(super) fn may_have_arrived(&self) -> bool {
        matches!(self, Self::Net(NetError::TimedOut | NetError::Interrupted(_)))
            || matches!(self, Self::NotOurs { status: 502 | 504, .. })
    }

    pub(super) fn needs_session(&self) -> bool {
        self.code().is_some_and(|code| code.action() == ClientAction::RenewSession)
    }

    pub(super) fn needs_nonce(&self) -> bool {
        self.code().is_some_and(|code| code.action() == ClientAction::RenewNonce)
    }
}

/// The statuses after which a request is sent again.
const fn is_temporary_status(status: u16) -> bool {
    matches!(status, 408 | 429 | 502 | 503 | 504)
}

impl CodedError for SyncError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Net(error) => error.code(),
            Self::NotOurs { .. } => ErrorCode::Offline,
            Self::Malformed(_) | Self::TooLong { .. } => ErrorCode::Malformed,
            Self::NotSignedIn => ErrorCode::PermissionDenied,
            Self::Refused(problem) => match problem.code.action() {
                ClientAction::Retry => ErrorCode::Offline,
                ClientAction::FreeSpace => ErrorCode::LimitExceeded,
                ClientAction::Upgrade => ErrorCode::NewerVersion,
                ClientAction::AskReader => ErrorCode::InvalidInput,
                ClientAction::Alarm => ErrorCode::Damaged,
                ClientAction::RenewSession | ClientAction::Reauthenticate | ClientAction::Stop => {
                    ErrorCode::PermissionDenied
                }
                ClientAction::RenewNonce
                | ClientAction::Refresh
                | ClientAction::Resume
                | ClientAction::Resync
                | ClientAction::Snapshot
                | ClientAction::SetAside => ErrorCode::Internal,
            },
        }
    }
}
