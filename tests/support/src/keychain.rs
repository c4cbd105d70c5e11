//! A session bus with an unlocked GNOME keyring for one test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::sandbox::Sandbox;

/// How long the keyring may take to appear on the bus.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A running keychain, stopped on drop.
#[derive(Debug)]
pub struct Keychain {
    bus: Child,
    keyring: Child,
    address: String,
}

impl Keychain {
    /// Starts a bus and a keyring in the sandbox. Its keys are stored in the sandbox's home, so that a keychain started there
    /// later has them too.
    ///
    /// # Errors
    /// When dbus-daemon or gnome-keyring is not installed or does not start.
    pub fn start(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address"]);
        sandbox.apply(&mut bus);
        let mut bus = bus
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("dbus-daemon cannot be started; run `cargo xtask setup`")?;
        let mut address = String::new();
        BufReader::new(bus.stdout.take().context("no output of the bus")?).read_line(&mut address)?;
        let address = address.trim().to_owned();
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        sandbox.apply(&mut keyring);
        keyring.env("DBUS_SESSION_BUS_ADDRESS", &address);
        let keyring = keyring.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut keyring = keyring.context("gnome-keyring cannot be started; run `cargo xtask setup`")?;
        // The keyring reads its password to the end of its input, unlocks, and reports that on its output.
        keyring.stdin.take().context("the keyring has no input")?.write_all(b"a keyring for tests only")?;
        let mut unlocked = String::new();
        BufReader::new(keyring.stdout.take().context("no output of the keyring")?).read_line(&mut unlocked)?;
        let keychain = Self { bus, keyring, address };
        keychain.wait_until_on_bus()?;
        Ok(keychain)
    }

    /// The keyring reports that it has started before its name is on the bus.
    fn wait_until_on_bus(&self) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            let mut query = Command::new("dbus-send");
            query.args(["--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"]);
            let reply = self.within(query).arg("string:org.freedesktop.secrets").output();
            let reply = reply.context("dbus-send cannot be started; run `cargo xtask setup`")?;
            if String::from_utf8_lossy(&reply.stdout).contains("true") {
                return Ok(());
            }
            ensure!(started.elapsed() < TIMEOUT, "the keyring is not on the bus in time");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Lets a command use the keychain; commands of the sandbox have none otherwise.
    #[must_use]
    pub fn within(&self, mut command: Command) -> Command {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command
    }
}

impl Drop for Keychain {
    fn drop(&mut self) {
        for process in [&mut self.keyring, &mut self.bus] {
            let _already_gone = process.kill();
            let _reaped = process.wait();
        }
    }
}
