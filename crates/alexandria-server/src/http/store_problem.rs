//! What the store refuses, as a problem document.

use alexandria_protocol::problem::{Problem, ProblemCode};

use super::problem::ApiError;
use crate::store::{Entity, Limit, StoreError};

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let problem = match &error {
            StoreError::NotFound(_) => ProblemCode::NotFound.into(),
            StoreError::Conflict(Entity::Blob | Entity::Part) => ProblemCode::BlobConflict.into(),
            StoreError::Conflict(Entity::Enrolment) => ProblemCode::EnrolmentState.into(),
            StoreError::Conflict(_) => ProblemCode::Stale.into(),
            StoreError::LoginTaken => ProblemCode::NameTaken.into(),
            StoreError::InvitationInvalid => ProblemCode::InvitationRejected.into(),
            StoreError::AccountClosing => ProblemCode::ErasurePending.into(),
            StoreError::AccountDisabled => ProblemCode::Forbidden.into(),
            StoreError::DeviceRevoked => ProblemCode::DeviceRevoked.into(),
            StoreError::CutMismatch { .. } => ProblemCode::DeviceEntryRejected.into(),
            StoreError::VersionMismatch { current } => Problem::new(ProblemCode::Stale).expected(*current),
            StoreError::Fork { seq, .. } => Problem::new(ProblemCode::Fork).expected(*seq),
            StoreError::Gap { expected, .. } => Problem::new(ProblemCode::Gap).expected(*expected),
            StoreError::LogChanged { .. } | StoreError::CursorAhead => ProblemCode::LogChanged.into(),
            StoreError::Compacted { .. } => ProblemCode::Compacted.into(),
            StoreError::BlobIncomplete { .. } => ProblemCode::BlobMissingParts.into(),
            StoreError::QuotaExceeded { limit, used, .. } => {
                Problem::new(ProblemCode::QuotaExceeded).limit(*limit, *used)
            }
            StoreError::LimitReached { what, limit } => {
                let mut problem = Problem::new(code_of(*what));
                problem.limit = Some(*limit);
                problem
            }
            StoreError::Invalid(_) => ProblemCode::Invalid.into(),
            StoreError::ReadOnly => Problem::new(ProblemCode::ReadOnly).retry_after_ms(60_000),
            StoreError::Busy => Problem::new(ProblemCode::Unavailable).retry_after_ms(200),
            StoreError::Unavailable(_) => Problem::new(ProblemCode::Unavailable).retry_after_ms(2000),
            StoreError::Corrupt(_) | StoreError::Engine(_) => ProblemCode::Internal.into(),
        };
        Self::from(problem).because(error)
    }
}

const fn code_of(what: Limit) -> ProblemCode {
    match what {
        Limit::Devices => ProblemCode::DeviceLimit,
        Limit::Records | Limit::RecordBytes => ProblemCode::RecordLimit,
        Limit::Blobs => ProblemCode::BlobLimit,
        Limit::UnfinishedBlobs => ProblemCode::UnfinishedLimit,
    }
}
