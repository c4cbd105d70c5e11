//! A program that shows a window, started and watched from outside.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use alexandria_tests_support::{Display, Sandbox};
use anyhow::{Context, ensure};

use super::processes;
use super::screen::shows;
use crate::book::COVER_COLOR;
use crate::shelf::PASSPHRASE;

/// Between two looks at the screen.
const LOOK: Duration = Duration::from_millis(10);
/// Between two looks at the memory.
const WEIGH: Duration = Duration::from_millis(200);
/// How long a window may take before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an import may take.
const LONG_PATIENCE: Duration = Duration::from_secs(1200);
/// Pixels of the covers' colour, in the lines that are looked at, that are one cover at least.
const PIXELS: usize = 1000;

/// A program, not yet started.
pub(super) struct Program<'a> {
    path: PathBuf,
    arguments: Vec<PathBuf>,
    sandbox: &'a Sandbox,
    display: &'a Display,
}

/// A program that runs; it ends when dropped.
pub(super) struct Running {
    child: Child,
}

impl<'a> Program<'a> {
    /// A window with nothing in it but the covers' colour.
    pub(super) fn empty(sandbox: &'a Sandbox, display: &'a Display) -> anyhow::Result<Self> {
        Ok(Self { path: crate::environment::built("examples/empty_window")?, arguments: Vec::new(), sandbox, display })
    }

    /// Our window over a library; it imports these files.
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

    /// Starts it and waits until it shows a cover. Gives the time from the one to the other.
    pub(super) fn start_and_show(&self) -> anyhow::Result<(Running, Duration)> {
        let screen = self.display.pixels();
        let mut begun = Instant::now();
        // The window of the run before goes first.
        while shows(&screen, COVER_COLOR)? > 0 {
            ensure!(begun.elapsed() < PATIENCE, "an old window stays on the screen");
            sleep(LOOK);
        }
        begun = Instant::now();
        let running = self.start()?;
        while shows(&screen, COVER_COLOR)? < PIXELS {
            ensure!(begun.elapsed() < PATIENCE, "{} shows nothing", self.path.display());
            sleep(LOOK);
        }
        Ok((running, begun.elapsed()))
    }
}

impl Running {
    /// Memory of the program and all processes it started, shared pages counted in shares.
    pub(super) fn memory_mb(&self) -> anyhow::Result<f64> {
        processes::memory_mb(self.child.id())
    }

    /// Processor time of the program and all processes it started.
    pub(super) fn processor_time(&self) -> anyhow::Result<Duration> {
        processes::processor_time(self.child.id())
    }

    /// The most memory it takes until something is done.
    pub(super) fn peak_memory_mb(&self, mut done: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<f64> {
        let mut peak = 0.0_f64;
        let begun = Instant::now();
        while !done()? {
            ensure!(begun.elapsed() < LONG_PATIENCE, "what the window was to do is not done");
            peak = peak.max(self.memory_mb()?);
            sleep(WEIGH);
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
