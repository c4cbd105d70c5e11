//! Error codes: what a shell can branch on when an operation fails.
//!
//! Inside the crates errors are typed per operation; each maps to one code ([`CodedError`]). A code exists only if a shell
//! handles it differently from all others.

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// There is no library in the folder yet.
    NoLibrary,
    /// There is a library in the folder already.
    LibraryExists,
    /// The library's key is not available; a passphrase or the keychain is needed.
    Locked,
    /// The passphrase does not open this library.
    WrongPassphrase,
    /// The recovery code has a typing error, or does not open this library.
    WrongRecoveryCode,
    /// The operating system's keychain cannot be used now.
    KeychainUnavailable,
    /// Another process has the library open.
    LibraryInUse,
    /// Stored data does not authenticate or is incomplete.
    Damaged,
    /// A newer version of Alexandria wrote the library.
    NewerVersion,
    /// No such publication, section or file.
    NotFound,
    /// A file of a format Alexandria does not read.
    UnsupportedFormat,
    /// A book under digital rights management.
    Protected,
    /// A document that opens with its password only, and none was given.
    PasswordRequired,
    /// The password does not open this document.
    WrongPassword,
    /// A file that breaks the rules of its own format.
    Malformed,
    /// A file beyond the limits on size, count, depth, expansion or time.
    LimitExceeded,
    /// A search query that cannot be understood.
    MalformedQuery,
    /// The embedding model or its runtime is not installed or is damaged.
    ModelMissing,
    /// The disk is full.
    DiskFull,
    /// A file or folder may not be read or written.
    PermissionDenied,
    /// The reader cancelled.
    Cancelled,
    /// Invalid input from the caller, such as an unknown setting.
    InvalidInput,
    /// No connection to a server, or the server failed.
    Offline,
    /// An update that is not what Alexandria signed for this installation.
    UpdateRefused,
    /// Any other failure of the operating system.
    Io,
    /// A bug in Alexandria.
    Internal,
}

impl ErrorCode {
    /// The code in output, JSON and messages to the window.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLibrary => "no-library",
            Self::LibraryExists => "library-exists",
            Self::Locked => "locked",
            Self::WrongPassphrase => "wrong-passphrase",
            Self::WrongRecoveryCode => "wrong-recovery-code",
            Self::KeychainUnavailable => "keychain-unavailable",
            Self::LibraryInUse => "library-in-use",
            Self::Damaged => "damaged",
            Self::NewerVersion => "newer-version",
            Self::NotFound => "not-found",
            Self::UnsupportedFormat => "unsupported-format",
            Self::Protected => "protected",
            Self::PasswordRequired => "password-required",
            Self::WrongPassword => "wrong-password",
            Self::Malformed => "malformed",
            Self::LimitExceeded => "limit-exceeded",
            Self::MalformedQuery => "malformed-query",
            Self::ModelMissing => "model-missing",
            Self::DiskFull => "disk-full",
            Self::PermissionDenied => "permission-denied",
            Self::Cancelled => "cancelled",
            Self::InvalidInput => "invalid-input",
            Self::Offline => "offline",
            Self::UpdateRefused => "update-refused",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }

    /// The code of an error of the operating system.
    #[must_use]
    pub fn of_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::PermissionDenied,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io,
        }
    }
}

/// An error that a shell can branch on by its code.
pub trait CodedError: std::error::Error {
    /// The kind of failure this is.
    fn code(&self) -> ErrorCode;
}

impl CodedError for std::io::Error {
    fn code(&self) -> ErrorCode {
        ErrorCode::of_io(self)
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
