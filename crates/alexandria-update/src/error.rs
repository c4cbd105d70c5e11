//! Why release metadata was not accepted, by the attack or the accident that it looks like.

use alexandria_domain::{CodedError, ErrorCode};
use tough::schema::RoleType;

use crate::fetch::FetchError;
use crate::plain::plain_line;
use crate::release::InvalidRelease;

/// A part of the metadata, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateRole {
    /// Who may sign what.
    Root,
    /// Which snapshot is current.
    Timestamp,
    /// Which version of each part is current.
    Snapshot,
    /// The channels and their releases.
    Targets,
}

impl UpdateRole {
    pub(crate) const fn of(role: RoleType) -> Self {
        match role {
            RoleType::Root => Self::Root,
            RoleType::Timestamp => Self::Timestamp,
            RoleType::Snapshot => Self::Snapshot,
            RoleType::Targets | RoleType::DelegatedTargets => Self::Targets,
        }
    }

    /// The name in messages and logs: the name of the TUF role.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Timestamp => "timestamp",
            Self::Snapshot => "snapshot",
            Self::Targets => "targets",
        }
    }
}

/// Why there is no verified release metadata. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The bytes could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The program was packaged without a valid root of trust.
    #[error("this copy of the program has no valid key to check updates with")]
    NoRoot,
    /// A signature is missing or wrong, or too few keys signed.
    #[error("the release information is not signed by Alexandria's keys ({role})", role = .0.as_str())]
    Signature(UpdateRole),
    /// Valid once, but no longer: the server is stale, somebody holds back newer information, or the clock is wrong.
    #[error("the release information has expired ({role}); the server is out of date, or this device's clock is wrong", role = .0.as_str())]
    Expired(UpdateRole),
    /// Older than what was verified before on this device.
    #[error("the release information is older than what this device has already seen ({role})", role = .0.as_str())]
    Rollback(UpdateRole),
    /// Older than what another record has, although this folder's record allows it: the folder was deleted, or replaced by
    /// an older copy, and the server is stale or attacked.
    #[error(
        "the release information is older than what this library has already seen ({role}), \
         and the folder with the record of earlier checks was deleted or replaced by an older one",
        role = .0.as_str()
    )]
    StateReplaced(UpdateRole),
    /// Parts that do not belong together, or bytes that are not the signed ones.
    #[error("the parts of the release information do not belong together ({0})")]
    Mismatch(&'static str),
    /// More bytes than a part may have.
    #[error("the release information is larger than it may be")]
    TooLarge,
    /// A key that may sign one channel signed for another.
    #[error("the release information lists a release that its key may not sign")]
    ForeignPath,
    /// Signed, but not what it should be.
    #[error("the release information cannot be read: {0}")]
    Malformed(String),
    /// See [`InvalidRelease`].
    #[error(transparent)]
    Release(#[from] InvalidRelease),
    /// This device's clock is behind the time of the last check.
    #[error("this device's clock is behind the time of the last check for updates; correct the date and time")]
    ClockBehind,
    /// The record of verified metadata on this device cannot be read or written.
    #[error("the record of earlier checks cannot be read or written")]
    State(#[source] std::io::Error),
}

impl CodedError for SourceError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Fetch(error) => error.code(),
            Self::State(error) => error.code(),
            Self::ClockBehind => ErrorCode::InvalidInput,
            Self::NoRoot
            | Self::Signature(_)
            | Self::Expired(_)
            | Self::Rollback(_)
            | Self::StateReplaced(_)
            | Self::Mismatch(_)
            | Self::TooLarge
            | Self::ForeignPath
            | Self::Malformed(_)
            | Self::Release(_) => ErrorCode::UpdateRefused,
        }
    }
}

impl SourceError {
    /// Sorts an error of the TUF client.
    pub(crate) fn of(error: tough::error::Error) -> Self {
        use tough::error::Error;
        match error {
            Error::ExpiredMetadata { role, .. } => Self::Expired(UpdateRole::of(role)),
            Error::OlderMetadata { role, .. } => Self::Rollback(UpdateRole::of(role)),
            Error::OlderSnapshotInTimestamp { .. } | Error::SnapshotRoleRollback { .. } => {
                Self::Rollback(UpdateRole::Snapshot)
            }
            Error::VerifyMetadata { role, .. } => Self::Signature(UpdateRole::of(role)),
            Error::VerifyRoleMetadata { .. } => Self::Signature(UpdateRole::Targets),
            Error::ParseTrustedMetadata { .. } | Error::VerifyTrustedMetadata { .. } => Self::NoRoot,
            Error::VersionMismatch { .. } => Self::Mismatch("versions"),
            Error::HashMismatch { .. } => Self::Mismatch("hashes"),
            Error::SnapshotRoleMissing { .. }
            | Error::SnapshotTargetsMetaMissing { .. }
            | Error::MetaMissing { .. }
            | Error::MissingSnapshotMeta { .. }
            | Error::TimestampMetaLength { .. }
            | Error::DelegatedRolesNotConsistent { .. } => Self::Mismatch("a part is missing"),
            Error::MaxSizeExceeded { .. } | Error::MaxUpdatesExceeded { .. } => Self::TooLarge,
            Error::InvalidPath { .. } | Error::InvalidPathPermission { .. } => Self::ForeignPath,
            Error::SystemTimeSteppedBackward { .. } => Self::ClockBehind,
            Error::Transport { source, .. } => Self::of_transport(&source),
            // What the parser quotes was not signed by anybody yet.
            other => Self::Malformed(plain_line(&other.to_string())),
        }
    }

    /// The transport wraps errors of its own and those of the checks that `tough` does while bytes stream.
    fn of_transport(error: &tough::TransportError) -> Self {
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            match inner.downcast_ref::<tough::error::Error>() {
                Some(tough::error::Error::HashMismatch { .. }) => return Self::Mismatch("hashes"),
                Some(tough::error::Error::MaxSizeExceeded { .. }) => return Self::TooLarge,
                _ => {}
            }
            if let Some(fetch) = inner.downcast_ref::<FetchError>() {
                return Self::Fetch(fetch.clone());
            }
            cause = inner.source();
        }
        Self::Fetch(if error.kind() == tough::TransportErrorKind::FileNotFound {
            FetchError::NotFound
        } else {
            FetchError::Failed(plain_line(&error.to_string()))
        })
    }
}
