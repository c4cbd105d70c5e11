//! A session of a test's own with a keychain in it: a message bus and GNOME's keyring, unlocked.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::sandbox::Sandbox;

/// After that the keyring is not coming.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running keychain; it ends when dropped.
#[derive(Debug)]
pub struct Keychain {
    bus: Child,
    keyring: Child,
    address: String,
}

impl Keychain {
    /// Starts a bus and a keyring in the sandbox. Its keys lie in the sandbox's home, so that another one started later has
    /// them too.
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
        BufReader::new(bus.stdout.take().context("the bus says nothing")?).read_line(&mut address)?;
        let address = address.trim().to_owned();
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        sandbox.apply(&mut keyring);
        keyring.env("DBUS_SESSION_BUS_ADDRESS", &address);
        let keyring = keyring.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut keyring = keyring.context("gnome-keyring cannot be started; run `cargo xtask setup`")?;
        // The password of the keyring; it is unlocked when the input ends, and says so on its output.
        keyring.stdin.take().context("the keyring takes nothing")?.write_all(b"a keyring for tests only")?;
        let mut said = String::new();
        BufReader::new(keyring.stdout.take().context("the keyring says nothing")?).read_line(&mut said)?;
        let keychain = Self { bus, keyring, address };
        keychain.wait()?;
        Ok(keychain)
    }

    /// The keyring says that it has started before the bus knows its name.
    fn wait(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let mut ask = Command::new("dbus-send");
            ask.args(["--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"]);
            let answer = self.within(ask).arg("string:org.freedesktop.secrets").output();
            let answer = answer.context("dbus-send cannot be started; run `cargo xtask setup`")?;
            if String::from_utf8_lossy(&answer.stdout).contains("true") {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "the keyring does not come to the bus");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Lets a command use the keychain; the sandbox's own commands have none.
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
