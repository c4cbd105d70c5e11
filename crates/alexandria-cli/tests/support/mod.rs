//! Runs the built command with a temporary home folder and without a keychain.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary home folder with a passphrase in the file `passphrase`.
pub(crate) struct TestHome(TempDir);

impl TestHome {
    /// A home without a library.
    pub(crate) fn empty() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        home.write("passphrase", "open sesame\n");
        home.write("book.txt", "It was a dark and stormy night.\n\nThe rain fell in torrents.\n");
        home
    }

    /// A home with a library that contains one book.
    pub(crate) fn new() -> Self {
        let home = Self::empty();
        let book = home.path("book.txt");
        home.succeeds(&["import", book.to_str().unwrap()], "passphrase");
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The command with this home's library and no secret.
    pub(crate) fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alexandria"));
        command.arg("--library").arg(self.path("library"));
        for name in ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"]
        {
            command.env(name, self.path("home"));
        }
        for name in ["DBUS_SESSION_BUS_ADDRESS", "ALEXANDRIA_LIBRARY", "ALEXANDRIA_PASSPHRASE_FILE"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        command
    }

    /// The command with a secret from a file: a recovery code if the name starts with `code`, else a passphrase.
    pub(crate) fn command(&self, args: &[&str], secret: &str) -> Command {
        let option = if secret.starts_with("code") { "--recovery-code-file" } else { "--passphrase-file" };
        let mut command = self.bare();
        command.arg(option).arg(self.path(secret)).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str], secret: &str) -> Output {
        self.command(args, secret).output().unwrap()
    }

    /// Runs a command that must succeed and returns its standard output.
    pub(crate) fn succeeds(&self, args: &[&str], secret: &str) -> String {
        let output = self.run(args, secret);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must exit with `code` and returns its standard error.
    pub(crate) fn fails(&self, args: &[&str], secret: &str, code: i32) -> String {
        let output = self.run(args, secret);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
        errors
    }
}
