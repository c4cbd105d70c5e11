//! A virtual display for one test.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use tempfile::TempDir;

/// A running Xvfb, stopped on drop.
#[derive(Debug)]
pub struct Display {
    server: Child,
    number: u32,
    pixels: TempDir,
}

impl Display {
    /// Starts a display of 1280 by 800 pixels, the smallest laptop screen still sold, on a free number.
    ///
    /// # Errors
    /// When Xvfb is not installed or does not start.
    pub fn start() -> anyhow::Result<Self> {
        let pixels = TempDir::new()?;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir"])
            .arg(pixels.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb cannot be started; run `cargo xtask setup`")?;
        let stdout = server.stdout.take().context("no output of Xvfb")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let number = line.trim().parse().context("Xvfb gave no display number")?;
        Ok(Self { server, number, pixels })
    }

    /// The value of `DISPLAY` for programs that open windows on it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// The file with the current content of the screen, in the format of `xwd`.
    #[must_use]
    pub fn pixels(&self) -> PathBuf {
        self.pixels.path().join("Xvfb_screen0")
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _already_gone = self.server.kill();
        let _reaped = self.server.wait();
    }
}
