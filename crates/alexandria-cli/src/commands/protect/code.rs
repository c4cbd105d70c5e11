//! Showing a recovery code once, and reading it back. It goes to the terminal or into a new file, and nowhere else.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::{Leftover, ProtectError, RecoveryCode};

use crate::args::CodeArgs;
use crate::failure::Failure;
use crate::output::Output;

/// How often a person may mistype the code.
const TRIES: usize = 3;
/// More than a code has, however it is typed.
const LONGEST_LINE: usize = 1024;

/// A code that a person has before them. A file it was written to is removed again if the code does not become valid.
pub(super) struct Shown<'a> {
    how: &'a CodeArgs,
    written: Option<PathBuf>,
}

impl<'a> Shown<'a> {
    /// Shows the code, or writes it to the file that was asked for.
    pub(super) fn new(code: &RecoveryCode, how: &'a CodeArgs, output: &Output) -> Result<Self, Failure> {
        let text = code.expose_text();
        let Some(file) = &how.write_to else {
            output.note("Write this recovery code down and keep it away from this computer. It is shown only once:");
            output.secret("recovery_code", &text)?;
            return Ok(Self { how, written: None });
        };
        write(file, &text)?;
        output.note("The recovery code is in the file. Print it or move it away from this computer.");
        Ok(Self { how, written: Some(file.clone()) })
    }

    /// Has the code typed back until `confirm` takes it, or it is given up.
    pub(super) async fn typed_back(
        mut self,
        output: &Output,
        confirm: impl AsyncFn(String) -> Result<Vec<Leftover>, ProtectError>,
    ) -> Result<Vec<Leftover>, Failure> {
        let asking = self.how.confirm_file.is_none() && io::stdin().is_terminal();
        let mut tries = if asking { TRIES } else { 1 };
        loop {
            tries -= 1;
            let typed = match &self.how.confirm_file {
                Some(file) => alexandria_library::recovery_code_in(file).await?.expose_text().to_string(),
                None => ask(output).await?,
            };
            match confirm(typed).await {
                Ok(leftovers) => {
                    self.written = None;
                    return Ok(leftovers);
                }
                Err(error) if error.code() == ErrorCode::WrongRecoveryCode && tries > 0 => {
                    output.note(&error.to_string());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if let Some(file) = &self.written {
            // It opens nothing; what cannot be removed is of no use to anyone.
            let _removed = std::fs::remove_file(file);
        }
    }
}

/// Writes the code to a file that did not exist, readable by its owner only.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let refuse = |error: io::Error| {
        Failure::new(ErrorCode::InvalidInput, format!("the recovery code cannot be written to a new file: {error}"))
    };
    let mut file: File = options.open(file).map_err(refuse)?;
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()).map_err(refuse)
}

/// Reads one line from the terminal, or from whatever stands in for it.
async fn ask(output: &Output) -> Result<String, Failure> {
    output.note("Type it back to make it valid:");
    let read = tokio::task::spawn_blocking(|| {
        // Reserved at once, and no longer: growing would leave copies of the code behind.
        let mut line = String::with_capacity(LONGEST_LINE);
        let length = io::stdin().lock().take(LONGEST_LINE as u64).read_line(&mut line);
        length.map(|length| (length, line))
    });
    let (length, line) = read.await.map_err(|_| io::Error::other("standard input cannot be read"))??;
    if length == 0 {
        return Err(Failure::new(ErrorCode::Cancelled, "nothing was typed; the recovery code did not become valid"));
    }
    Ok(line)
}
