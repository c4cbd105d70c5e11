//! Reads a passphrase or a recovery code from a file, for machines without a terminal or a keychain. Never from arguments or
//! the environment, which other programs can read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use alexandria_crypto::account::recovery::AccountRecoveryCode;
use alexandria_crypto::recovery::{InvalidRecoveryCode, RecoveryCode};
use alexandria_domain::{CodedError, ErrorCode};
use alexandria_protocol::secret::InvitationToken;

use crate::account::SecondFactorCode;
use crate::blocking::{Panicked, blocking};
use crate::open::{Passphrase, Unlock};

/// Largest file with a secret, in bytes; a larger one is the wrong file.
const MAX_FILE_BYTES: usize = 4096;
/// Some editors write it, invisibly, before the first line.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl Unlock {
    /// A copy, for opening a library and then changing its protection: a secret from a pipe can be read only once. Each
    /// of the two is wiped when it is dropped.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::Keychain => Self::Keychain,
            Self::Passphrase(passphrase) => Self::Passphrase(passphrase.duplicate()),
            Self::RecoveryCode(code) => Self::RecoveryCode(code.duplicate()),
        }
    }
}

/// Why no secret could be read from a file.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// The file cannot be read.
    #[error("the file with the {0} cannot be read: {1}")]
    Unreadable(&'static str, std::io::Error),
    /// It is not a short text.
    #[error("the file with the {0} is not a short text file; check that it is the right file")]
    NotText(&'static str),
    /// Its first line is empty.
    #[error("the first line of the file with the {0} is empty; the {0} belongs there")]
    Empty(&'static str),
    /// Its first line is not a recovery code.
    #[error(transparent)]
    NotACode(#[from] InvalidRecoveryCode),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for SecretFileError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unreadable(..) | Self::NotText(_) | Self::Empty(_) => ErrorCode::InvalidInput,
            Self::NotACode(_) => ErrorCode::WrongRecoveryCode,
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

/// The passphrase on the first line of a file.
///
/// # Errors
/// When the file cannot be read, or is not a short text.
pub async fn passphrase_in(file: &Path) -> Result<Passphrase, SecretFileError> {
    let file = file.to_owned();
    blocking(move || Ok(Passphrase::new(first_line(&file, "passphrase")?))).await
}

/// The password of a document on the first line of a file, or of the standard input if the file is called `-`.
///
/// # Errors
/// When the file cannot be read, or is not a short text.
pub async fn document_password_in(file: &Path) -> Result<Passphrase, SecretFileError> {
    let file = file.to_owned();
    blocking(move || {
        let line = if file.as_os_str() == "-" {
            first_line_of(standard_input().map_err(|error| SecretFileError::Unreadable("password", error))?, "password")
        } else {
            first_line(&file, "password")
        };
        Ok(Passphrase::new(line?))
    })
    .await
}

/// The recovery code on the first line of a file.
///
/// # Errors
/// When the file cannot be read, or has no recovery code on its first line.
pub async fn recovery_code_in(file: &Path) -> Result<RecoveryCode, SecretFileError> {
    let file = file.to_owned();
    blocking(move || Ok(RecoveryCode::parse(first_line(&file, "recovery code")?)?)).await
}

/// The account's recovery code on the first line of a file.
///
/// # Errors
/// When the file cannot be read, or has no recovery code on its first line.
pub async fn account_recovery_code_in(file: &Path) -> Result<AccountRecoveryCode, SecretFileError> {
    let file = file.to_owned();
    blocking(move || Ok(AccountRecoveryCode::parse(first_line(&file, "recovery code")?)?)).await
}

/// The invitation to a server on the first line of a file.
///
/// # Errors
/// When the file cannot be read, or has no invitation on its first line.
pub async fn invitation_in(file: &Path) -> Result<InvitationToken, SecretFileError> {
    let file = file.to_owned();
    blocking(move || {
        let line = first_line(&file, "invitation")?;
        line.trim().parse().map_err(|_| SecretFileError::NotText("invitation"))
    })
    .await
}

/// The second factor of an account on the first line of a file: six digits, or a backup code.
///
/// # Errors
/// When the file cannot be read, or is not a short text.
pub async fn second_factor_in(file: &Path) -> Result<SecondFactorCode, SecretFileError> {
    let file = file.to_owned();
    blocking(move || Ok(SecondFactorCode::typed(first_line(&file, "second factor")?))).await
}

/// The standard input, without the buffer of `io::stdin`, which would keep a copy of the secret.
fn standard_input() -> std::io::Result<File> {
    #[cfg(unix)]
    let input = std::os::fd::AsFd::as_fd(&std::io::stdin()).try_clone_to_owned()?;
    #[cfg(windows)]
    let input = std::os::windows::io::AsHandle::as_handle(&std::io::stdin()).try_clone_to_owned()?;
    Ok(input.into())
}

fn first_line(file: &Path, what: &'static str) -> Result<String, SecretFileError> {
    first_line_of(File::open(file).map_err(|error| SecretFileError::Unreadable(what, error))?, what)
}

fn first_line_of(file: impl Read, what: &'static str) -> Result<String, SecretFileError> {
    // Reserved at once: reallocation would leave copies of the secret in memory.
    let mut text = String::with_capacity(MAX_FILE_BYTES + 1);
    let read = file.take(MAX_FILE_BYTES as u64 + 1).read_to_string(&mut text);
    let failure = match read {
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Some(SecretFileError::NotText(what)),
        Err(error) => Some(SecretFileError::Unreadable(what, error)),
        Ok(length) if length > MAX_FILE_BYTES => Some(SecretFileError::NotText(what)),
        Ok(_) => None,
    };
    if text.starts_with(BYTE_ORDER_MARK) {
        // In place: another string would be a copy of the secret.
        drop(text.drain(..BYTE_ORDER_MARK.len_utf8()));
    }
    text.truncate(text.find(['\r', '\n']).unwrap_or(text.len()));
    match failure {
        Some(error) => {
            // It may be a secret all the same: this wipes it.
            drop(Passphrase::new(text));
            Err(error)
        }
        None if text.is_empty() => Err(SecretFileError::Empty(what)),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_line_is_read_from_short_text_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let check = |bytes: &[u8], expect: Result<&str, ErrorCode>| {
            std::fs::write(&file, bytes).unwrap();
            let read = first_line(&file, "passphrase");
            assert_eq!(read.as_deref().map_err(SecretFileError::code), expect, "{bytes:?}");
        };
        check(b"open sesame", Ok("open sesame"));
        check(b"open sesame\n", Ok("open sesame"));
        check(b"open sesame\r\nand a remark", Ok("open sesame"));
        check(b"  blanks count  \n", Ok("  blanks count  "));
        check("\u{e9}t\u{e9}".as_bytes(), Ok("\u{e9}t\u{e9}"));
        check("\u{feff}open sesame\r\n".as_bytes(), Ok("open sesame"));
        check("\u{feff}\u{feff}open".as_bytes(), Ok("\u{feff}open"));
        check("\u{feff}\n".as_bytes(), Err(ErrorCode::InvalidInput));
        check(b"", Err(ErrorCode::InvalidInput));
        check(b"\nsecond line", Err(ErrorCode::InvalidInput));
        check(b"\xff\xfe", Err(ErrorCode::InvalidInput));
        check(&[b'a'; MAX_FILE_BYTES], Ok(&"a".repeat(MAX_FILE_BYTES)));
        check(&[b'a'; MAX_FILE_BYTES + 1], Err(ErrorCode::InvalidInput));
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(first_line(&file, "passphrase"), Err(SecretFileError::Unreadable(..))));
        assert!(matches!(first_line(folder.path(), "passphrase"), Err(SecretFileError::Unreadable(..))));
    }

    #[tokio::test]
    async fn recovery_code_is_read_after_a_byte_order_mark() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("code");
        let code = RecoveryCode::generate().unwrap();
        std::fs::write(&file, format!("{BYTE_ORDER_MARK}{}\r\n", code.expose_text().as_str())).unwrap();
        assert!(recovery_code_in(&file).await.is_ok_and(|read| read.is_same(&code)));
    }
}
