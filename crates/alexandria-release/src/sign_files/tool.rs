//! Programs that sign and verify.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::error::SignError;

/// The most of a program's output that an error shows, in bytes.
const MAX_SHOWN: usize = 600;

/// A program with its arguments.
#[derive(Debug)]
pub(super) struct Tool {
    name: String,
    command: Command,
    input: Option<String>,
}

impl Tool {
    /// A program by name or path.
    pub(super) fn new(program: impl AsRef<OsStr>) -> Self {
        let name = program.as_ref().to_string_lossy().into_owned();
        // Output is read, so it must not be translated.
        let mut command = Command::new(program);
        command.env("LC_ALL", "C");
        Self { name, command, input: None }
    }

    /// Adds an argument.
    pub(super) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub(super) fn arguments(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds an option with a path.
    pub(super) fn option(self, name: &str, path: &Path) -> Self {
        self.argument(name).argument(path)
    }

    /// Sets what it reads from standard input.
    pub(super) fn input(mut self, text: String) -> Self {
        self.input = Some(text);
        self
    }

    /// Runs it, and returns what it wrote to standard output.
    ///
    /// # Errors
    /// If it cannot be started, or does not succeed.
    pub(super) fn run(self) -> Result<String, SignError> {
        self.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn bytes(self) -> Result<Vec<u8>, SignError> {
        let name = self.name.clone();
        let output = self.output()?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(SignError::Program { program: name, output: shown(&output) })
    }

    /// Runs it, and returns what it wrote to standard output; what it says if it fails is the reason for which `file` is not
    /// validly signed.
    ///
    /// # Errors
    /// If it cannot be started, or does not succeed.
    pub(super) fn verifying(self, file: &Path) -> Result<String, SignError> {
        self.verifying_bytes(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// As [`verifying`](Self::verifying), with bytes that are no text.
    ///
    /// # Errors
    /// As [`verifying`](Self::verifying).
    pub(super) fn verifying_bytes(self, file: &Path) -> Result<Vec<u8>, SignError> {
        self.bytes().map_err(|error| match error {
            SignError::Program { output, .. } => SignError::invalid(file, output),
            other => other,
        })
    }

    fn output(mut self) -> Result<Output, SignError> {
        let no_program = || SignError::NoProgram { program: self.name.clone() };
        let input = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        let command = self.command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|_| no_program())?;
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), self.input.take()) {
            // A program that reads no password fails by itself.
            drop(pipe.write_all(text.as_bytes()));
        }
        child.wait_with_output().map_err(|_| no_program())
    }
}

/// The end of what a program printed.
fn shown(output: &Output) -> String {
    let text = String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).trim().to_owned();
    let mut start = text.len().saturating_sub(MAX_SHOWN);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or_default().to_owned()
}
