//! Prompts for a passphrase on the terminal, without echo.
//!
//! Scripts and JSON output are never prompted; they supply the passphrase in a file.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

use alexandria_library::Passphrase;
use alexandria_library::domain::ErrorCode;

#[cfg(unix)]
use self::unix::read_hidden_line;
#[cfg(windows)]
use self::windows::read_hidden_line;
use crate::failure::Failure;
use crate::output::Output;

/// Prompts for a passphrase. Only call this if [`Output::can_prompt`] is true.
pub(crate) async fn passphrase(label: &'static str, output: Output) -> Result<Passphrase, Failure> {
    let read = tokio::task::spawn_blocking(move || read_hidden_line(label, output));
    let typed = read.await.map_err(|_| io::Error::other("the terminal cannot be read"))??;
    typed.ok_or_else(|| Failure::new(ErrorCode::Cancelled, "no passphrase was entered"))
}

/// Prompts for the password of a document. `None` if none was entered: the file is left out. Only call this if
/// [`Output::can_prompt`] is true.
pub(crate) async fn document_password(output: Output) -> Result<Option<Passphrase>, Failure> {
    let read = tokio::task::spawn_blocking(move || read_hidden_line("Password (empty to leave it out)", output));
    let typed = read.await.map_err(|_| io::Error::other("the terminal cannot be read"))??;
    Ok(typed.filter(|password| !password.expose_text().is_empty()))
}

/// Prompts for a new password of an account twice, because typing errors are not visible.
pub(crate) async fn new_password(output: Output) -> Result<Passphrase, Failure> {
    let new = passphrase("New password of the account", output).await?;
    let repeated = passphrase("Repeat the password", output).await?;
    if new.is_same(&repeated) {
        return Ok(new);
    }
    Err(Failure::new(ErrorCode::InvalidInput, "the two passwords differ; no account was made"))
}

/// Prompts for a new passphrase twice, because typing errors are not visible.
pub(crate) async fn new_passphrase(output: Output) -> Result<Passphrase, Failure> {
    let new = passphrase("New passphrase", output).await?;
    let repeated = passphrase("Repeat the new passphrase", output).await?;
    if new.is_same(&repeated) {
        return Ok(new);
    }
    Err(Failure::new(ErrorCode::InvalidInput, "the two passphrases differ; nothing was changed"))
}
