//! Asking for a passphrase on the terminal. What is typed is not shown there.
//!
//! Absent: asking where nobody may be there to answer, in a script or for a program that wants JSON. There a passphrase
//! comes out of a file.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

use alexandria_library::Passphrase;
use alexandria_library::domain::ErrorCode;

#[cfg(unix)]
use self::unix::hidden;
#[cfg(windows)]
use self::windows::hidden;
use crate::failure::Failure;
use crate::output::Output;

/// Asks for a passphrase, which is `what`. Ask only if the output [can](Output::can_ask).
pub(crate) async fn passphrase(what: &'static str, output: Output) -> Result<Passphrase, Failure> {
    let read = tokio::task::spawn_blocking(move || hidden(what, output));
    let typed = read.await.map_err(|_| io::Error::other("the terminal cannot be read"))??;
    typed.ok_or_else(|| Failure::new(ErrorCode::Cancelled, "no passphrase was typed"))
}

/// Asks for a new passphrase, twice: nobody sees a typing error.
pub(crate) async fn new_passphrase(output: Output) -> Result<Passphrase, Failure> {
    let new = passphrase("New passphrase", output).await?;
    let repeated = passphrase("The same once more", output).await?;
    if new.is_same(&repeated) {
        return Ok(new);
    }
    Err(Failure::new(ErrorCode::InvalidInput, "the two passphrases differ, so nothing was changed; begin again"))
}
