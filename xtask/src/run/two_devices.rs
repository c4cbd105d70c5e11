//! `cargo xtask run --two-devices [FILES]`: a sync server on this computer, and two libraries of one account.
//!
//! The first library has the guide and the files. With a display two windows show both until they are closed; without one the
//! command shows what the second library got. Each run begins with an empty folder in the cache.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context as _, bail};

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::{Process, say};
use crate::workspace::Workspace;

/// The name and the password of the account, which exists on this computer only and as long as the server runs.
const NAME: &str = "demo";
const PASSWORD: &str = "a password for the demo";

/// What the server announces before its address.
const LISTENING: &str = "alexandria-server: listening on ";

/// A server, killed when it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(workspace: &Workspace, programs: &Path, data: &Path) -> anyhow::Result<Self> {
        let server = Process::new(build::program(programs, "alexandria-server"))
            .argument("serve")
            .variable("ALEXANDRIA_SERVER_DATA", data)
            .variable("ALEXANDRIA_SERVER_LISTEN_API", "127.0.0.1:0")
            .variable("ALEXANDRIA_SERVER_LISTEN_ADMIN", "127.0.0.1:0");
        let mut command = equip(server, workspace, Profile::Development)?.into_command();
        let log = fs::File::create(data.with_extension("log"))?;
        let mut child =
            command.stdout(Stdio::piped()).stderr(log).spawn().context("alexandria-server cannot be started")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let line = lines.next().transpose()?.unwrap_or_default();
        let Some(address) = line.strip_prefix(LISTENING).map(str::to_owned) else {
            bail!("alexandria-server did not start: {line}");
        };
        // It announces a second address, and would fail if nobody read that.
        lines.next().transpose()?;
        Ok(Self { child, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _killed = self.child.kill();
        let _status = self.child.wait();
    }
}

/// One device: a folder with a library, a home of its own and a passphrase.
struct Device {
    folder: PathBuf,
}

impl Device {
    fn new(folder: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(folder.join("home"))?;
        fs::write(folder.join("passphrase"), "a passphrase for the demo\n")?;
        fs::write(folder.join("password"), PASSWORD)?;
        Ok(Self { folder })
    }

    /// A program with this device's library. It shares nothing with other instances, not even a session bus.
    fn program(&self, workspace: &Workspace, programs: &Path, name: &str) -> anyhow::Result<Process> {
        let mut program = Process::new(build::program(programs, name)).called(name);
        for (name, folder) in
            [("HOME", ""), ("XDG_DATA_HOME", "data"), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config")]
        {
            program = program.variable(name, self.folder.join("home").join(folder));
        }
        let program = equip(program.without_variable("DBUS_SESSION_BUS_ADDRESS"), workspace, Profile::Development)?;
        let (library, passphrase) = (self.folder.join("library"), self.folder.join("passphrase"));
        Ok(program.argument("--library").argument(library).argument("--passphrase-file").argument(passphrase))
    }

    /// Runs the command.
    fn run(&self, workspace: &Workspace, programs: &Path, arguments: &[&str]) -> anyhow::Result<()> {
        self.program(workspace, programs, "alexandria")?.arguments(arguments).run()
    }

    /// Runs the command for the account on this server.
    fn account(&self, workspace: &Workspace, programs: &Path, server: &Server, verb: &str) -> anyhow::Result<()> {
        let name = self.folder.file_name().unwrap_or_default();
        self.program(workspace, programs, "alexandria")?
            .arguments(["account", verb, "--server", &server.address, "--name", NAME, "--device-name"])
            .argument(name)
            .argument("--password-file")
            .argument(self.folder.join("password"))
            .run()
    }
}

/// Starts the server and both devices.
///
/// # Errors
/// If a program fails; it has said why.
pub(super) fn run(
    workspace: &Workspace,
    programs: &Path,
    guide: &Path,
    files: &[PathBuf],
    has_display: bool,
) -> anyhow::Result<()> {
    let folder = workspace.cache().join("two-devices");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let (first, second) = (Device::new(folder.join("first"))?, Device::new(folder.join("second"))?);
    let server = Server::start(workspace, programs, &folder.join("server"))?;
    say(&format!(
        "run: a sync server is at {}, its log in {}; sign in there as `{NAME}` with `{PASSWORD}`",
        server.address,
        folder.join("server.log").display()
    ));
    let import = first.program(workspace, programs, "alexandria")?.argument("import").argument(guide).arguments(files);
    if let Err(error) = import.run() {
        say(&format!("run: {error}; going on with what was imported"));
    }
    first.account(workspace, programs, &server, "sign-up")?;
    first.run(workspace, programs, &["sync", "--once"])?;
    second.account(workspace, programs, &server, "sign-in")?;
    second.run(workspace, programs, &["sync", "--once"])?;
    if !has_display {
        second.run(workspace, programs, &["cloud", "list"])?;
        second.run(workspace, programs, &["devices", "list"])?;
        return Ok(());
    }
    say(
        "run: both windows are open; what is in the first can be fetched in the second, in Settings under Account and sync",
    );
    let mut windows = Vec::new();
    for device in [&first, &second] {
        let window = device.program(workspace, programs, "alexandria-desktop")?;
        windows.push(window.into_command().spawn().context("the window cannot be started")?);
    }
    for mut window in windows {
        window.wait()?;
    }
    Ok(())
}
