//! What the rules refuse, as a problem document.

use alexandria_protocol::problem::{Problem, ProblemCode};

use super::problem::ApiError;
use crate::service::RuleError;

impl From<RuleError> for ApiError {
    fn from(error: RuleError) -> Self {
        let problem = match &error {
            RuleError::Invalid(_) | RuleError::StatementMismatch => ProblemCode::Invalid.into(),
            RuleError::CredentialsRefused => ProblemCode::SignInFailed.into(),
            RuleError::FactorRefused => ProblemCode::SecondFactorFailed.into(),
            RuleError::ProofRefused => ProblemCode::ProofRejected.into(),
            RuleError::TicketRefused => ProblemCode::TicketRequired.into(),
            RuleError::FactorRequired => ProblemCode::SecondFactorRequired.into(),
            RuleError::AttemptEnded => ProblemCode::AttemptExpired.into(),
            RuleError::RecoveryRefused => ProblemCode::RecoveryFailed.into(),
            RuleError::RecoveryDelayed { retry_after_ms } => {
                Problem::new(ProblemCode::RecoveryDelayed).retry_after_ms(*retry_after_ms)
            }
            RuleError::InvitationRequired => ProblemCode::InvitationRequired.into(),
            RuleError::Forbidden => ProblemCode::Forbidden.into(),
            RuleError::DeviceLog(_) => ProblemCode::DeviceEntryRejected.into(),
            RuleError::RegistrationClosed => ProblemCode::RegistrationClosed.into(),
            RuleError::SignatureRefused => ProblemCode::SignatureRejected.into(),
            RuleError::FutureStamp { now_ms } => {
                Problem::new(ProblemCode::StampAhead).expected(u64::try_from(*now_ms).unwrap_or(0))
            }
            RuleError::EnrolmentOutOfTurn => ProblemCode::EnrolmentState.into(),
            RuleError::EnrolmentEnded => ProblemCode::EnrolmentEnded.into(),
            RuleError::DigestMismatch => ProblemCode::DigestMismatch.into(),
            RuleError::RangeNotSatisfiable { .. } => ProblemCode::RangeNotSatisfiable.into(),
            RuleError::NotFound => ProblemCode::NotFound.into(),
            RuleError::BlobDeleted => ProblemCode::BlobDeleted.into(),
            RuleError::TooLarge { limit, .. } => {
                let mut problem = Problem::new(ProblemCode::TooLarge);
                problem.limit = Some(*limit);
                problem
            }
            RuleError::Store(_) | RuleError::Objects(_) | RuleError::Transient(_) => return below(error),
            RuleError::Random(_) | RuleError::Damaged(_) => ProblemCode::Internal.into(),
        };
        Self::from(problem).because(error)
    }
}

/// What lies below the rules has answers of its own.
fn below(error: RuleError) -> ApiError {
    match error {
        RuleError::Store(error) => error.into(),
        RuleError::Objects(error) => error.into(),
        RuleError::Transient(error) => error.into(),
        error => ApiError::internal().because(error),
    }
}
