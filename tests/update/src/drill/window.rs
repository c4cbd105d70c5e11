//! What the user does with the window, and what becomes of it when the program is replaced.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::Window;
use anyhow::{Context as _, ensure};

use super::{BOOKS, Drill};

/// How long a start, or the end of a program, may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Starts of a version that fail before the previous one takes over.
const FAILED_STARTS: usize = 3;

/// An AppImage that is mounted until this is dropped.
struct Mounted {
    runtime: Child,
    folder: PathBuf,
}

impl Mounted {
    /// Mounts an AppImage and reads its programs: the driver waits ten seconds for a program to start, which mounting and
    /// unpacking exceed on a busy machine.
    fn new(appimage: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(appimage);
        let mut runtime = command.arg("--appimage-mount").stdout(Stdio::piped()).spawn()?;
        let output = runtime.stdout.take().context("the output is not piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let mounted = Self { runtime, folder: line.trim_end().into() };
        ensure!(mounted.folder.is_dir(), "{} was not mounted; does `fusermount --version` work?", appimage.display());
        for part in ["usr/bin", "bundle/lib"] {
            for entry in std::fs::read_dir(mounted.folder.join(part))? {
                let path = entry?.path();
                if path.is_file() {
                    std::fs::read(path)?;
                }
            }
        }
        Ok(mounted)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _unmounts = Command::new("kill").arg(self.runtime.id().to_string()).status();
        let _reaped = self.runtime.wait();
    }
}

/// The driven window of a mounted AppImage.
struct Driven {
    window: Window,
    mounted: Mounted,
}

impl Driven {
    async fn close(self) -> anyhow::Result<()> {
        let Self { window, mounted: _until_the_end } = self;
        window.close().await
    }
}

impl Drill {
    /// Opens the window of the installed AppImage, which imports the files that are named.
    async fn open(&self, files: &[PathBuf]) -> anyhow::Result<Driven> {
        let mounted = Mounted::new(&self.appimage())?;
        // What the runtime does after mounting.
        let environment = |mut driver: Command| {
            driver.env("APPIMAGE", self.appimage()).env("APPDIR", &mounted.folder);
            driver
        };
        let (start, arguments) = (mounted.folder.join("AppRun"), self.sandbox.arguments(files));
        let window = Window::drive(&start, &self.sandbox, &self.display, &arguments, environment).await?;
        Ok(Driven { window, mounted })
    }

    /// Imports the books through the window of a new installation.
    pub(in super::super) async fn import(&self, version: &str) -> anyhow::Result<()> {
        let files: Vec<_> = BOOKS.iter().map(|title| self.sandbox.path(&format!("own/{title}.epub"))).collect();
        let driven = self.open(&files).await?;
        driven.window.click("update-answer-manual").await?;
        driven.window.until("the books are on the shelf", &shelf_has(BOOKS.len())).await?;
        driven.close().await?;
        self.works(version).await
    }

    /// Fails unless the window shows the version and the books.
    pub(super) async fn window_shows(&self, version: &str) -> anyhow::Result<()> {
        let driven = self.open(&[]).await?;
        let window = &driven.window;
        window.until("the books are on the shelf", &shelf_has(BOOKS.len())).await?;
        window.click("nav-settings").await?;
        window.find("update-version").await?;
        let shown = window.text("[data-testid=update-version]").await?;
        ensure!(shown.contains(version), "the window says that it is {shown}");
        driven.close().await
    }

    /// Installs the version that is offered, from the settings.
    async fn install_from_window(&self, version: &str) -> anyhow::Result<Driven> {
        let driven = self.open(&[]).await?;
        let window = &driven.window;
        window.click("nav-settings").await?;
        window.activate("update-check").await?;
        window.find("update-install").await?;
        let found = window.text("[data-testid=update-result]").await?;
        ensure!(found.contains(version), "the window offers {found}");
        window.activate("update-install").await?;
        window.find("update-restart").await?;
        ensure!(self.is_installed(version)?, "{version} was not installed");
        Ok(driven)
    }

    /// Installs a version from the window, restarts into it, and waits until it has proved itself.
    pub(in super::super) async fn update_and_restart(&self, version: &str) -> anyhow::Result<()> {
        let driven = self.install_from_window(version).await?;
        let before: BTreeSet<u32> = self.running()?.into_iter().collect();
        // The window may be gone before the driver has answered.
        drop(driven.window.activate("update-restart").await);
        until("the old program has ended and one new one runs", || {
            let now: BTreeSet<u32> = self.running()?.into_iter().collect();
            Ok(now.len() == 1 && now.is_disjoint(&before))
        })?;
        until("the new program has proved itself", || Ok(!self.state("unproven.json").exists()))?;
        ensure!(self.running()?.len() == 1, "the program was started several times");
        drop(driven);
        self.end()
    }

    /// Installs a version that ends at its start, and starts it until `previous` takes over.
    pub(in super::super) async fn update_and_fail(&self, previous: &str, broken: &str) -> anyhow::Result<()> {
        let Driven { window, mounted } = self.install_from_window(broken).await?;
        drop(window.activate("update-restart").await);
        window.closed().await?;
        drop(mounted);
        until("the restart was counted", || {
            Ok(std::fs::read_to_string(self.state("unproven.json"))?.contains("\"starts\":1"))
        })?;
        for start in 2..=FAILED_STARTS {
            let status = self.start()?.wait()?;
            ensure!(!status.success() && self.is_installed(broken)?, "start {start} ended with {status}");
        }
        let _restores = self.start()?.wait()?;
        ensure!(self.is_installed(previous)?, "the previous version did not take over");
        until("the previous version runs", || Ok(!self.running()?.is_empty()))?;
        let attempts = std::fs::read_to_string(self.state("attempts.json"))?;
        ensure!(attempts.contains(broken), "the failed version would be offered again: {attempts}");
        self.end()
    }

    /// Starts the installed AppImage as a desktop does.
    fn start(&self) -> anyhow::Result<Child> {
        let mut command = Command::new(self.appimage());
        self.sandbox.apply(&mut command);
        command.args(self.sandbox.arguments(&[])).env("DISPLAY", self.display.name()).stderr(Stdio::null());
        command.spawn().context("the AppImage cannot be started; does `fusermount --version` work?")
    }

    /// The processes of the window that have the sandbox's home folder.
    fn running(&self) -> anyhow::Result<Vec<u32>> {
        let home = format!("HOME={}\0", self.sandbox.path("home").display());
        let listed = Command::new("pgrep").args(["-x", "alexandria-desk"]).output().context("pgrep is missing")?;
        let all = String::from_utf8(listed.stdout)?;
        let is_ours = |process: &&str| {
            let environment = std::fs::read(Path::new("/proc").join(process).join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&home)
        };
        Ok(all.lines().filter(is_ours).filter_map(|process| process.parse().ok()).collect())
    }

    /// Ends the window as the end of a session does.
    fn end(&self) -> anyhow::Result<()> {
        for process in self.running()? {
            Command::new("kill").arg(process.to_string()).status()?;
        }
        until("the program has ended", || Ok(self.running()?.is_empty()))
    }
}

fn until(what: &str, mut is_true: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let since = Instant::now();
    while !is_true()? {
        ensure!(since.elapsed() < TIMEOUT, "timed out waiting until {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
