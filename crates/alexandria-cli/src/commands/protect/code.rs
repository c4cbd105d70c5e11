//! Presents a new recovery code once and has it confirmed. It goes to the terminal or to a new file, nowhere else.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::{CleanupFailure, ProtectError, RecoveryCode};

use crate::args::CodeArgs;
use crate::failure::Failure;
use crate::output::Output;

/// Attempts to type the code back.
const MAX_ATTEMPTS: usize = 3;
/// More than any code needs, however it is typed.
const MAX_LINE_BYTES: usize = 1024;

/// A code that was presented but is not valid yet. If it is dropped unconfirmed, the file it was written to is removed.
pub(super) struct UnconfirmedCode<'a> {
    how: &'a CodeArgs,
    file: Option<PathBuf>,
}

impl<'a> UnconfirmedCode<'a> {
    /// Shows the code, or writes it to the file given by `--write-to`.
    pub(super) fn present(code: &RecoveryCode, how: &'a CodeArgs, output: &Output) -> Result<Self, Failure> {
        let text = code.expose_text();
        let Some(file) = &how.write_to else {
            output.note("Write down this recovery code and keep it away from this computer. It is shown only once:");
            output.secret("recovery_code", &text)?;
            return Ok(Self { how, file: None });
        };
        write(file, &text)?;
        output.note("The recovery code has been written to the file. Print it, or move it off this computer.");
        Ok(Self { how, file: Some(file.clone()) })
    }

    /// Reads the code back and passes it to `accept`, which makes it valid. Typing errors can be corrected.
    pub(super) async fn confirm(
        mut self,
        output: &Output,
        accept: impl AsyncFn(String) -> Result<Vec<CleanupFailure>, ProtectError>,
    ) -> Result<Vec<CleanupFailure>, Failure> {
        let interactive = self.how.confirm_file.is_none() && io::stdin().is_terminal();
        let mut attempts = if interactive { MAX_ATTEMPTS } else { 1 };
        loop {
            attempts -= 1;
            let reentry = match &self.how.confirm_file {
                Some(file) => alexandria_library::recovery_code_in(file).await?.expose_text().to_string(),
                None => read_code(output).await?,
            };
            match accept(reentry).await {
                Ok(leftovers) => {
                    self.file = None;
                    return Ok(leftovers);
                }
                Err(error) if error.code() == ErrorCode::WrongRecoveryCode && attempts > 0 => {
                    output.note(&error.to_string());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Drop for UnconfirmedCode<'_> {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // An unconfirmed code opens nothing, so a failure is harmless.
            let _ignored = std::fs::remove_file(file);
        }
    }
}

/// Writes the code to a new file that only its owner can read.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failure = |error: io::Error| {
        Failure::new(ErrorCode::InvalidInput, format!("cannot write the recovery code to a new file: {error}"))
    };
    let mut file: File = options.open(file).map_err(failure)?;
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()).map_err(failure)
}

/// Reads a line from standard input.
async fn read_code(output: &Output) -> Result<String, Failure> {
    output.note("Type the code to confirm it:");
    let read = tokio::task::spawn_blocking(|| {
        // Allocated once and bounded, because growing would leave copies of the code in memory.
        let mut line = String::with_capacity(MAX_LINE_BYTES);
        let length = io::stdin().lock().take(MAX_LINE_BYTES as u64).read_line(&mut line);
        length.map(|length| (length, line))
    });
    let (length, line) = read.await.map_err(|_| io::Error::other("standard input cannot be read"))??;
    if length == 0 {
        return Err(Failure::new(ErrorCode::Cancelled, "no recovery code was entered, so it is not valid"));
    }
    Ok(line)
}
