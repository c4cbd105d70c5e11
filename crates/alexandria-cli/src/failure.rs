//! Command failures: an error code for programs, a message and a hint for people, and the exit code.
//!
//! The library reports what is wrong. What to do about it on the command line is decided here, by error code.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::{BackupError, RestoreError, ShelfError};

/// Some files of an import were rejected, or some books are missing from a backup.
pub(crate) const EXIT_PARTIAL: u8 = 5;
/// `doctor` found an error.
pub(crate) const EXIT_UNHEALTHY: u8 = 6;
/// The user cancelled.
pub(crate) const EXIT_CANCELLED: u8 = 130;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: ErrorCode,
    /// What is wrong.
    pub(crate) message: String,
    /// What the user can do about it.
    pub(crate) hint: Option<&'static str>,
}

impl Failure {
    /// A failure with the usual hint for its code.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint(code) }
    }

    /// Replaces the hint.
    pub(crate) fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The exit code documented in `--help`.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.code {
            ErrorCode::MalformedQuery | ErrorCode::InvalidInput => 2,
            ErrorCode::Locked
            | ErrorCode::WrongPassphrase
            | ErrorCode::WrongRecoveryCode
            | ErrorCode::KeychainUnavailable => 3,
            ErrorCode::NotFound | ErrorCode::NoLibrary => 4,
            ErrorCode::Cancelled => EXIT_CANCELLED,
            _ => 1,
        })
    }
}

/// What the user can do about an error, if that depends on nothing but its code.
pub(crate) const fn hint(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::NoLibrary => "`alexandria import PATH` creates a library; --library DIR selects another folder",
        ErrorCode::LibraryExists => "choose another folder with --library DIR",
        ErrorCode::Locked => {
            "`alexandria protect show` lists what unlocks the library; give a secret with --passphrase-file FILE or \
             --recovery-code-file FILE"
        }
        ErrorCode::KeychainUnavailable => {
            "unlock the keychain, or use --passphrase-file FILE or --recovery-code-file FILE instead"
        }
        ErrorCode::WrongPassphrase => "if you have a recovery code, use --recovery-code-file FILE",
        ErrorCode::WrongRecoveryCode => "compare it with your copy, group by group; a newer code may have replaced it",
        ErrorCode::LibraryInUse => "close the other window or command, then try again",
        ErrorCode::Damaged => {
            "run `alexandria doctor` for details and `alexandria doctor --repair` to repair what can be rebuilt; \
             otherwise move the library folder away and restore a backup with `alexandria restore`"
        }
        ErrorCode::NewerVersion => "update Alexandria",
        ErrorCode::UnsupportedFormat => "convert it to EPUB, DOCX, ODT or plain text",
        ErrorCode::Protected => "get a copy without DRM from the seller",
        ErrorCode::PasswordRequired => "give its password with `alexandria import --password-file FILE`",
        ErrorCode::WrongPassword => "check the password; upper and lower case count",
        ErrorCode::Malformed => "download it again, or repair it with an e-book editor",
        ErrorCode::LimitExceeded => "split it into smaller files, or convert it again",
        ErrorCode::ModelMissing => {
            "reinstall Alexandria, or run `cargo xtask setup` in a checkout; exact search works without the model"
        }
        ErrorCode::DiskFull => "free some disk space, then try again",
        ErrorCode::PermissionDenied => "check the permissions of the file or folder",
        ErrorCode::Offline => "check the connection, then try again",
        ErrorCode::UpdateRefused => {
            "nothing was installed; try again later, or download the new version from the website"
        }
        ErrorCode::Internal => "this is a bug in Alexandria; please report it",
        ErrorCode::NotFound
        | ErrorCode::MalformedQuery
        | ErrorCode::Cancelled
        | ErrorCode::InvalidInput
        | ErrorCode::Io => return None,
    })
}

/// Runs `work` and turns a panic into a failure, so that it is printed in the requested format. The message names the
/// line of code, but not the panic's own text, which may quote a book.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| {
        let place = alexandria_library::first_panic_location().unwrap_or("an unknown location");
        Err(Failure::new(ErrorCode::Internal, format!("internal error at {place}; completed work has been saved")))
    })
}

impl<E: CodedError> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// Hints that depend on the operation.
impl Failure {
    /// A publication id from the command line was not found.
    pub(crate) fn unknown_id(error: ShelfError) -> Self {
        let failure = Self::from(error);
        match failure.code {
            ErrorCode::NotFound => failure.with_hint("`alexandria list` shows the ids"),
            _ => failure,
        }
    }

    /// A backup failed.
    pub(crate) fn of_backup(error: BackupError) -> Self {
        let keychain_only = matches!(error, BackupError::KeychainOnly);
        let failure = Self::from(error);
        match failure.code {
            _ if keychain_only => failure.with_hint(
                "add a recovery code with `alexandria protect recovery` or a passphrase with `alexandria protect \
                 passphrase`, or use --keychain-only-ok",
            ),
            ErrorCode::InvalidInput => {
                failure.with_hint("choose another file name, or overwrite an existing backup with --force")
            }
            ErrorCode::Cancelled => failure.with_hint("run the same command again to resume"),
            _ => failure,
        }
    }

    /// Restoring a backup failed.
    pub(crate) fn of_restore(error: RestoreError) -> Self {
        let bad_folder = matches!(error, RestoreError::NoFolder | RestoreError::NotReplaceable(_));
        let failure = Self::from(error);
        match failure.code {
            _ if bad_folder => failure.with_hint("choose a new folder with --library DIR"),
            ErrorCode::Damaged => failure.with_hint("use another copy of the backup"),
            ErrorCode::UnsupportedFormat => failure.with_hint("choose a file written by `alexandria backup`"),
            ErrorCode::Locked | ErrorCode::KeychainUnavailable => failure.with_hint(
                "give the passphrase or recovery code of the library in the backup with --passphrase-file FILE or \
                 --recovery-code-file FILE",
            ),
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catch_panic_reports_the_location_without_the_panic_text() {
        alexandria_library::harden_process();
        let failure = catch_panic::<()>(|| panic!("a word of a book")).unwrap_err();
        // So that other tests print their panics again.
        let _hook = std::panic::take_hook();
        assert_eq!(failure.code, ErrorCode::Internal);
        assert!(failure.message.contains("failure.rs:"), "{}", failure.message);
        assert!(!failure.message.contains("book"), "{}", failure.message);
        assert_eq!(catch_panic(|| Ok(3)).ok(), Some(3));
    }
}
