//! Failures at the edge: a code to branch on, a message that says what to do, and the exit code for both.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use alexandria_library::domain::{CodedError, ErrorCode};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
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
            ErrorCode::Cancelled => INTERRUPTED,
            _ => 1,
        })
    }
}

/// Does `work`; a fault of the program in it becomes a failure like any other, with an answer in the form that was asked
/// for. It says where in the program that was, and nothing of what the program was at.
pub(crate) fn or_fault<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| {
        let place = alexandria_library::place_of_panic().unwrap_or("an unknown place");
        let answer = format!("the program failed at {place}; what it had finished is kept; please report this");
        Err(Failure::new(ErrorCode::Internal, answer))
    })
}

/// Some files of an import were refused, or those of some books are missing or damaged and not in the backup.
pub(crate) const SOME_LEFT_OUT: u8 = 5;
/// Doctor found a broken promise.
pub(crate) const PROBLEM_FOUND: u8 = 6;
/// The person at the terminal cancelled.
pub(crate) const INTERRUPTED: u8 = 130;

impl<E: CodedError> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_answered_without_its_words() {
        alexandria_library::harden_process();
        let failure = or_fault::<()>(|| panic!("a word of a book")).unwrap_err();
        let _others_are_told_of_theirs = std::panic::take_hook();
        assert_eq!(failure.code, ErrorCode::Internal);
        assert!(failure.message.contains("failure.rs:"), "{}", failure.message);
        assert!(!failure.message.contains("book"), "{}", failure.message);
        assert_eq!(or_fault(|| Ok(3)).ok(), Some(3));
    }
}
