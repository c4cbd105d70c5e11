//! The program under test, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::support::wait_until;

/// The program with settings for a test: a data folder and free ports.
pub(crate) fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alexandria-server"));
    for (name, _value) in std::env::vars().filter(|(name, _value)| name.starts_with("ALEXANDRIA_SERVER_")) {
        command.env_remove(name);
    }
    command
        .env("ALEXANDRIA_SERVER_DATA", data)
        .env("ALEXANDRIA_SERVER_LISTEN_API", "127.0.0.1:0")
        .env("ALEXANDRIA_SERVER_LISTEN_ADMIN", "127.0.0.1:0");
    command
}

/// A running server, killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) api: String,
    pub(crate) admin: String,
    pub(crate) data: TempDir,
}

impl Server {
    /// Starts it in a folder of its own and waits until it announces its addresses.
    pub(crate) fn start() -> Self {
        Self::start_with(tempfile::tempdir().unwrap(), &[])
    }

    /// Starts it in `data` with further settings.
    pub(crate) fn start_with(data: TempDir, settings: &[(&str, &str)]) -> Self {
        let mut command = command(&data.path().join("data"));
        let command = command.arg("serve").envs(settings.iter().copied()).stdout(Stdio::piped());
        let mut child = command.stderr(std::fs::File::create(data.path().join("log")).unwrap()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut address = |what: &str| {
            let line = lines.next().unwrap_or_else(|| panic!("{}", log(&data))).unwrap();
            line.strip_prefix(what).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let api = address("alexandria-server: listening on ");
        let admin = address("alexandria-server: health and metrics on ");
        Self { child, api, admin, data }
    }

    /// Another command with the settings of this server.
    pub(crate) fn command(&self) -> Command {
        let mut command = command(&self.data.path().join("data"));
        command.env("ALEXANDRIA_SERVER_LISTEN_ADMIN", self.admin.trim_start_matches("http://"));
        command
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the process has ended by itself, successfully.
    pub(crate) fn wait(mut self) -> TempDir {
        let mut status = None;
        wait_until("the server ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        assert!(status.unwrap().success(), "{status:?}\n{}", self.log());
        std::mem::replace(&mut self.data, tempfile::tempdir().unwrap())
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        log(&self.data)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

fn log(data: &TempDir) -> String {
    std::fs::read_to_string(data.path().join("log")).unwrap_or_default()
}
