//! Why an operation on the account failed.

use alexandria_crypto::account::bundle::BundleError;
use alexandria_crypto::account::opaque::OpaqueError;
use alexandria_crypto::account::record::SealRecordError;
use alexandria_crypto::account::rotation::RotationError;
use alexandria_crypto::random::RandomError;
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_net::NetError;
use alexandria_net::sync::{AddressError, SyncError};
use alexandria_protocol::devices::DeviceLogError;
use alexandria_protocol::problem::ProblemCode;
use alexandria_store::{BlobStoreError, StoreError};

use crate::blocking::Panicked;
use crate::change::ChangeError;
use crate::folders::FoldersError;
use crate::protection::ProtectError;

/// Why an operation on the account failed. What was stored before still is.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// This library is in no account.
    #[error("this library is not signed in to an account")]
    NotSignedIn,
    /// This library is in an account already.
    #[error("this library is signed in to an account already")]
    SignedIn,
    /// The address of the server is not one.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The server is of another age than this program.
    #[error("the server speaks another version of the protocol (it has version {server})")]
    OtherProtocol {
        /// The server's own version.
        server: String,
    },
    /// The server makes no accounts.
    #[error("this server makes no accounts")]
    RegistrationClosed,
    /// The server makes accounts for those who were invited.
    #[error("this server makes accounts by invitation only")]
    InvitationNeeded,
    /// The name is empty or too long.
    #[error("a name to sign in with has 1 to 254 bytes")]
    Name,
    /// The device's name is empty or too long.
    #[error("the name of a device has 1 to {0} characters")]
    DeviceName(usize),
    /// The account has a second factor, and none was given.
    #[error("this account asks for a second factor as well")]
    SecondFactorNeeded,
    /// The library has books, and it was not said that they are to become books of the account.
    #[error("this library has {0} books already, which would be added to the account")]
    NotEmpty(u64),
    /// The library was closed while its books got their ids of the account. Signing in again goes on.
    #[error("the library was closed before all its books were added to the account; sign in again")]
    Stopped,
    /// The file of a book could not be stored under its id of the account. Signing in again goes on.
    #[error(transparent)]
    Blob(#[from] BlobStoreError),
    /// A change could not be dated.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// This copy of the library is another device than the one that signed in.
    #[error("this copy of the library is another device than the one that signed in")]
    OtherDevice,
    /// There is no such device, or it was revoked.
    #[error("the account has no such device")]
    NoSuchDevice,
    /// A device cannot revoke itself: the keys that remain have to come from one that stays.
    #[error("this device cannot remove itself; sign out, or remove it from another device")]
    OwnDevice,
    /// The list of devices that the server sent is not one, or another than was seen before.
    #[error("the server's list of devices cannot be trusted: {0}")]
    DeviceLog(#[from] DeviceLogError),
    /// The list of devices lacks what was seen before, or does not belong to the account's keys.
    #[error("the server's list of devices contradicts what this device knows: {0}")]
    Contradiction(&'static str),
    /// The account's keys did not open.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The password is wrong, or the server's part of the sign-in is not right.
    #[error(transparent)]
    Opaque(#[from] OpaqueError),
    /// The keys could not be replaced.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// The secrets of the account that are stored here do not open.
    #[error("the account's keys in this library do not open; sign in again")]
    Stored,
    /// A name could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealRecordError),
    /// A request failed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The network client could not be started.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The vault could not take the account's key.
    #[error(transparent)]
    Protect(#[from] ProtectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The platform's folders are not known.
    #[error(transparent)]
    Folders(#[from] FoldersError),
    /// There are no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl AccountError {
    /// Whether the server refused with this code.
    pub(crate) fn is(&self, code: &ProblemCode) -> bool {
        matches!(self, Self::Sync(error) if SyncError::code(error) == Some(code))
    }
}

impl CodedError for AccountError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotSignedIn | Self::SignedIn | Self::Address(_) | Self::Name | Self::DeviceName(_) => {
                ErrorCode::InvalidInput
            }
            Self::InvitationNeeded | Self::SecondFactorNeeded | Self::NotEmpty(_) | Self::OwnDevice => {
                ErrorCode::InvalidInput
            }
            Self::Stopped => ErrorCode::Cancelled,
            Self::Blob(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::OtherProtocol { .. } => ErrorCode::NewerVersion,
            Self::RegistrationClosed | Self::OtherDevice => ErrorCode::PermissionDenied,
            Self::NoSuchDevice => ErrorCode::NotFound,
            Self::DeviceLog(_) | Self::Contradiction(_) | Self::Stored | Self::Rotation(_) => ErrorCode::Damaged,
            Self::Bundle(BundleError::WrongKey) => ErrorCode::WrongRecoveryCode,
            Self::Bundle(BundleError::NewerVersion) => ErrorCode::NewerVersion,
            Self::Bundle(_) => ErrorCode::Damaged,
            Self::Opaque(OpaqueError::WrongPassword) => ErrorCode::WrongPassphrase,
            Self::Opaque(OpaqueError::Length(_)) => ErrorCode::InvalidInput,
            Self::Opaque(_) => ErrorCode::Damaged,
            Self::Sync(error) => CodedError::code(error),
            Self::Net(error) => error.code(),
            Self::Protect(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Folders(error) => error.code(),
            Self::Random(_) => ErrorCode::Io,
            Self::Seal(_) | Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}
