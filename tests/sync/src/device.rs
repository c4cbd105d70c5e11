//! One device: a sandbox with the command and a library.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use alexandria_tests_support::{Sandbox, program};
use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The password of every test account.
pub const PASSWORD: &str = "a password for tests only";

/// A device with a library of its own.
#[derive(Debug)]
pub struct Device {
    sandbox: Sandbox,
}

impl Device {
    /// A device without a library.
    ///
    /// # Errors
    /// When its folders cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let sandbox = Sandbox::new()?;
        std::fs::write(sandbox.path("password"), PASSWORD)?;
        Ok(Self { sandbox })
    }

    /// A path in the device's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.sandbox.path(name)
    }

    /// Runs the command.
    ///
    /// # Errors
    /// When it is not built.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(program("alexandria")?);
        self.sandbox.apply(&mut command);
        command.arg("--library").arg(self.path("library")).arg("--passphrase-file").arg(self.path("passphrase"));
        Ok(command.arg("--json").args(arguments).output()?)
    }

    /// Runs a command that has to succeed, and returns what it printed.
    ///
    /// # Errors
    /// When it fails.
    pub fn json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.run(arguments)?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {errors} {}", String::from_utf8_lossy(&output.stdout));
        serde_json::from_slice(&output.stdout).with_context(|| format!("{arguments:?}"))
    }

    /// Runs a command that has to fail, and returns the code and the message of the failure.
    ///
    /// # Errors
    /// When it succeeds.
    pub fn failure(&self, arguments: &[&str]) -> anyhow::Result<(String, String)> {
        let output = self.run(arguments)?;
        ensure!(!output.status.success(), "{arguments:?} succeeded");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text.lines().last().unwrap_or_default();
        let json: Value = serde_json::from_str(line).with_context(|| text.clone())?;
        let part = |name: &str| json["error"][name].as_str().unwrap_or_default().to_owned();
        Ok((part("code"), part("message")))
    }

    /// Makes an account on the server at this address.
    ///
    /// # Errors
    /// When the command fails.
    pub fn sign_up(&self, server: &str, name: &str) -> anyhow::Result<()> {
        let (password, code) = (self.path("password"), self.path("account-code"));
        self.json(&[
            "account",
            "sign-up",
            "--server",
            server,
            "--name",
            name,
            "--device-name",
            "first",
            "--password-file",
            text(&password)?,
            "--write-to",
            text(&code)?,
        ])?;
        Ok(())
    }

    /// Signs in by password on the server at this address.
    ///
    /// # Errors
    /// When the command fails.
    pub fn sign_in(&self, server: &str, name: &str, device: &str) -> anyhow::Result<()> {
        self.sign_in_saying(server, name, device, &[])
    }

    /// [`sign_in`](Self::sign_in) of a library that has books: they are added to the account.
    ///
    /// # Errors
    /// When the command fails.
    pub fn sign_in_with_books(&self, server: &str, name: &str, device: &str) -> anyhow::Result<()> {
        self.sign_in_saying(server, name, device, &["--add-books"])
    }

    fn sign_in_saying(&self, server: &str, name: &str, device: &str, options: &[&str]) -> anyhow::Result<()> {
        let password = self.path("password");
        let args = [
            "account",
            "sign-in",
            "--server",
            server,
            "--name",
            name,
            "--device-name",
            device,
            "--password-file",
            text(&password)?,
        ];
        self.json(&[args.as_slice(), options].concat())?;
        Ok(())
    }

    /// Brings the library in step. Returns the word for how it ended.
    ///
    /// # Errors
    /// When the command fails.
    pub fn sync(&self) -> anyhow::Result<String> {
        let report = self.json(&["sync", "--once"])?;
        Ok(report["status"].as_str().unwrap_or_default().to_owned())
    }
}

/// A path as an argument.
///
/// # Errors
/// When it is not UTF-8.
pub(crate) fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path that is not UTF-8")
}
