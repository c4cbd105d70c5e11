//! Why a rule refuses a request, or why it could not be decided.
//!
//! One enum for all rules, because the edge answers all of them with one kind of document; which code and status each has
//! is decided there. No variant repeats a text that came with the request.

use alexandria_protocol::devices::DeviceLogError;

use super::opaque::OpaqueError;
use crate::objects::ObjectsError;
use crate::random::RandomError;
use crate::store::StoreError;
use crate::transient::TransientError;

/// Why a request was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The request is well-formed, but says something that no client of ours says.
    #[error("invalid {0}")]
    Invalid(&'static str),
    /// The login name or password is wrong, or the attempt has expired or was used.
    #[error("wrong login name or password")]
    CredentialsRefused,
    /// The code of the second factor is wrong or was used.
    #[error("wrong code of the second factor")]
    FactorRefused,
    /// The proof of the device's key is wrong, or the nonce is unknown, expired or used.
    #[error("the proof of the device's key is not valid")]
    ProofRefused,
    /// The ticket is unknown, has expired or belongs to another account.
    #[error("the ticket is not valid")]
    TicketRefused,
    /// The ticket still lacks the second factor.
    #[error("the second factor is missing")]
    FactorRequired,
    /// The attempt has expired, was used, or is another's.
    #[error("the attempt has expired or was used")]
    AttemptEnded,
    /// The recovery code is wrong, or there is no such account.
    #[error("wrong recovery code")]
    RecoveryRefused,
    /// A device was active recently, so recovery waits for its reader to object.
    #[error("recovery has to wait")]
    RecoveryDelayed {
        /// When the same request will be accepted, in milliseconds from now.
        retry_after_ms: u64,
    },
    /// Registration is by invitation, and none was shown.
    #[error("an invitation is required")]
    InvitationRequired,
    /// The account may not do that.
    #[error("the account may not do that")]
    Forbidden,
    /// A statement does not continue the account's device log.
    #[error(transparent)]
    DeviceLog(#[from] DeviceLogError),
    /// Nobody may register.
    #[error("registration is closed")]
    RegistrationClosed,
    /// A signature does not verify, or its key does not belong to a device that may sign.
    #[error("the signature is not by a device of the account that may sign")]
    SignatureRefused,
    /// The identifiers in a signed statement are not those of the request.
    #[error("the signed statement is about something else")]
    StatementMismatch,
    /// A record's stamp is further in the future than clocks may differ.
    #[error("a record is stamped in the future")]
    FutureStamp {
        /// The server's time, in milliseconds since 1970.
        now_ms: i64,
    },
    /// The enrolment is not waiting for this message.
    #[error("the enrolment is not waiting for this message")]
    EnrolmentOutOfTurn,
    /// There is no such enrolment: it expired, was cancelled or never was.
    #[error("the enrolment has ended")]
    EnrolmentEnded,
    /// Bytes are not those that were declared.
    #[error("the bytes are not those that were declared")]
    DigestMismatch,
    /// No byte of a blob is in the range asked for.
    #[error("the range is outside of the blob")]
    RangeNotSatisfiable {
        /// Length of the blob in bytes.
        bytes: u64,
    },
    /// What is asked for does not exist, or not in this account.
    #[error("not found")]
    NotFound,
    /// What is sent is larger than the server accepts.
    #[error("{what} may have {limit} bytes at most")]
    TooLarge {
        /// What is limited.
        what: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// The blob was deleted; announcing it again undeletes it.
    #[error("the blob is deleted")]
    BlobDeleted,
    /// The database refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An object could not be stored or read.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// Transient state could not be used.
    #[error(transparent)]
    Transient(#[from] TransientError),
    /// The operating system has no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// State that the server wrote itself cannot be read.
    #[error("state of the server is damaged: {0}")]
    Damaged(&'static str),
}

impl From<OpaqueError> for RuleError {
    fn from(error: OpaqueError) -> Self {
        match error {
            OpaqueError::Malformed => Self::Invalid("message of the password protocol"),
            OpaqueError::Refused => Self::CredentialsRefused,
            OpaqueError::SetupVersion(_) | OpaqueError::SetupDamaged => Self::Damaged("password setup"),
            OpaqueError::Random(error) => Self::Random(error),
        }
    }
}
