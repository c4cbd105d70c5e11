//! A server in a folder of its own, killed when it is dropped.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use alexandria_tests_support::program;
use anyhow::{Context as _, ensure};
use tempfile::TempDir;

/// A running server with the embedded stack.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    folder: TempDir,
}

impl Server {
    /// Starts a server on a free port and waits until it listens.
    ///
    /// # Errors
    /// When it is not built or does not start.
    pub fn start() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let (child, address) = spawn(&folder, "127.0.0.1:0")?;
        Ok(Self { child, address, folder })
    }

    /// Kills it as a power failure would, and starts it again at the same address.
    ///
    /// # Errors
    /// When it does not start.
    pub fn kill_and_restart(&mut self) -> anyhow::Result<()> {
        self.kill()?;
        let address = self.address.trim_start_matches("http://").to_owned();
        (self.child, self.address) = spawn(&self.folder, &address)?;
        Ok(())
    }

    /// Kills it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Its address, as clients name it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The folder with everything that it stores, and its log.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.kill();
    }
}

fn spawn(folder: &TempDir, listen: &str) -> anyhow::Result<(Child, String)> {
    let mut command = Command::new(program("alexandria-server")?);
    for (name, _value) in std::env::vars().filter(|(name, _value)| name.starts_with("ALEXANDRIA_SERVER_")) {
        command.env_remove(name);
    }
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.path().join("log"))?;
    let mut child = command
        .arg("serve")
        .env("ALEXANDRIA_SERVER_DATA", folder.path().join("data"))
        .env("ALEXANDRIA_SERVER_LISTEN_API", listen)
        .env("ALEXANDRIA_SERVER_LISTEN_ADMIN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let line = lines.next().transpose()?.unwrap_or_default();
    let address = line.strip_prefix("alexandria-server: listening on ").map(str::to_owned);
    ensure!(address.is_some(), "the server did not start: {line}");
    // It announces a second address, and would fail if nobody read that.
    lines.next().transpose()?;
    Ok((child, address.unwrap_or_default()))
}
