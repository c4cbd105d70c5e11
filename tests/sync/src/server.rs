//! A server in a folder of its own, killed when it is dropped.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use alexandria_tests_support::program;
use anyhow::Context as _;
use tempfile::TempDir;

/// A running server with the embedded stack.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    admin: String,
    folder: TempDir,
    /// Where clients reach it, if not at its own address.
    public: Option<String>,
}

impl Server {
    /// Starts a server on a free port and waits until it listens.
    ///
    /// # Errors
    /// When it is not built or does not start.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_behind(None)
    }

    /// Starts a server that clients reach at another address, such as that of a proxy.
    ///
    /// # Errors
    /// When it is not built or does not start.
    pub fn start_behind(public: Option<String>) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let Spawned { child, address, admin } = spawn(&folder, "127.0.0.1:0", public.as_deref())?;
        Ok(Self { child, address, admin, folder, public })
    }

    /// Kills it as a power failure would, and starts it again at the same address.
    ///
    /// # Errors
    /// When it does not start.
    pub fn kill_and_restart(&mut self) -> anyhow::Result<()> {
        self.kill()?;
        let address = self.address.trim_start_matches("http://").to_owned();
        let Spawned { child, address, admin } = spawn(&self.folder, &address, self.public.as_deref())?;
        (self.child, self.address, self.admin) = (child, address, admin);
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

    /// The address of its health and metrics.
    #[must_use]
    pub fn admin(&self) -> &str {
        &self.admin
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

/// A started server and what it has announced.
struct Spawned {
    child: Child,
    address: String,
    admin: String,
}

fn spawn(folder: &TempDir, listen: &str, public: Option<&str>) -> anyhow::Result<Spawned> {
    let mut command = Command::new(program("alexandria-server")?);
    for (name, _value) in std::env::vars().filter(|(name, _value)| name.starts_with("ALEXANDRIA_SERVER_")) {
        command.env_remove(name);
    }
    if let Some(public) = public {
        command.env("ALEXANDRIA_SERVER_LISTEN_PUBLIC_URL", public);
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
    let mut announced = |what: &str| -> anyhow::Result<String> {
        let line = lines.next().transpose()?.unwrap_or_default();
        let address = line.strip_prefix(what).map(str::to_owned);
        address.with_context(|| format!("the server did not start: {line}"))
    };
    let address = announced("alexandria-server: listening on ")?;
    let admin = announced("alexandria-server: health and metrics on ")?;
    Ok(Spawned { child, address, admin })
}
