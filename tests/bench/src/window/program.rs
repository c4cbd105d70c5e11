//! A program with a window, started and observed from outside.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use alexandria_tests_support::{Display, Sandbox};
use anyhow::{Context, ensure};

use super::processes;
use super::screen::count_pixels;
use crate::book::COVER_COLOR;
use crate::library::PASSPHRASE;

/// Interval between two reads of the screen.
const SCREEN_POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Interval between two reads of memory use.
const MEMORY_POLL_INTERVAL: Duration = Duration::from_millis(200);
/// How long a window may take to appear.
const WINDOW_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an import may take.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(1200);
/// Pixels of the covers' colour, in the lines that are read, of at least one cover.
const MIN_COVER_PIXELS: usize = 1000;

/// A program, not yet started.
pub(super) struct Program<'a> {
    path: PathBuf,
    arguments: Vec<PathBuf>,
    sandbox: &'a Sandbox,
    display: &'a Display,
}

/// A running program, stopped on drop.
pub(super) struct Running {
    child: Child,
}

impl<'a> Program<'a> {
    /// A window that shows nothing but the covers' colour.
    pub(super) fn empty(sandbox: &'a Sandbox, display: &'a Display) -> anyhow::Result<Self> {
        Ok(Self { path: crate::environment::built("examples/empty_window")?, arguments: Vec::new(), sandbox, display })
    }

    /// Our window with a library, importing these files.
    pub(super) fn ours(
        sandbox: &'a Sandbox,
        display: &'a Display,
        library: &Path,
        files: &[&Path],
    ) -> anyhow::Result<Self> {
        let passphrase = sandbox.path("passphrase-of-bench");
        std::fs::write(&passphrase, PASSPHRASE)?;
        let named = ["--library".into(), library.to_owned(), "--passphrase-file".into(), passphrase];
        let arguments = named.into_iter().chain(files.iter().map(|&file| file.to_owned())).collect();
        Ok(Self { path: crate::environment::built("alexandria-desktop")?, arguments, sandbox, display })
    }

    pub(super) fn start(&self) -> anyhow::Result<Running> {
        let mut command = Command::new(&self.path);
        self.sandbox.apply(&mut command);
        command.args(&self.arguments).env("DISPLAY", self.display.name()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().with_context(|| format!("{} does not start", self.path.display()))?;
        Ok(Running { child })
    }

    /// Starts it and waits until it shows a cover. Returns the time in between.
    pub(super) fn start_and_show(&self) -> anyhow::Result<(Running, Duration)> {
        let screen = self.display.pixels();
        let mut started = Instant::now();
        // First the window of the previous run has to disappear.
        while count_pixels(&screen, COVER_COLOR)? > 0 {
            ensure!(started.elapsed() < WINDOW_TIMEOUT, "the previous window stays on the screen");
            sleep(SCREEN_POLL_INTERVAL);
        }
        started = Instant::now();
        let running = self.start()?;
        while count_pixels(&screen, COVER_COLOR)? < MIN_COVER_PIXELS {
            ensure!(started.elapsed() < WINDOW_TIMEOUT, "{} shows nothing", self.path.display());
            sleep(SCREEN_POLL_INTERVAL);
        }
        Ok((running, started.elapsed()))
    }
}

impl Running {
    /// Memory of the program and all processes it started, shared pages counted in shares.
    pub(super) fn memory_mb(&self) -> anyhow::Result<f64> {
        processes::memory_mb(self.child.id())
    }

    /// CPU time of the program and all processes it started.
    pub(super) fn cpu_time(&self) -> anyhow::Result<Duration> {
        processes::cpu_time(self.child.id())
    }

    /// Its peak memory until something is done.
    pub(super) fn peak_memory_mb(&self, mut done: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<f64> {
        let mut peak = 0.0_f64;
        let started = Instant::now();
        while !done()? {
            ensure!(started.elapsed() < IMPORT_TIMEOUT, "the window did not finish in time");
            peak = peak.max(self.memory_mb()?);
            sleep(MEMORY_POLL_INTERVAL);
        }
        Ok(peak)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
