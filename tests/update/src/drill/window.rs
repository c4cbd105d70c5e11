//! What the user does with the window, and what becomes of it when the program is replaced.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::Window;
use anyhow::{Context as _, ensure};

use super::{BOOKS, Drill};

/// How long a start, or the end of a program, may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Starts of a version that fail before the previous one takes over.
const FAILED_STARTS: usize = 3;

impl Drill {
    /// Opens the window of the installed AppImage, which imports the files that are named.
    async fn open(&self, files: &[std::path::PathBuf]) -> anyhow::Result<Window> {
        Window::drive(&self.appimage(), &self.sandbox, &self.display, &self.sandbox.arguments(files), |driver| driver)
            .await
    }

    /// Imports the books through the window of a new installation.
    pub(in super::super) async fn import(&self, version: &str) -> anyhow::Result<()> {
        let files: Vec<_> = BOOKS.iter().map(|title| self.sandbox.path(&format!("own/{title}.epub"))).collect();
        let window = self.open(&files).await?;
        window.click("update-answer-manual").await?;
        window.until("the books are on the shelf", &shelf_has(BOOKS.len())).await?;
        window.close().await?;
        self.works(version).await
    }

    /// Fails unless the window shows the version and the books.
    pub(super) async fn window_shows(&self, version: &str) -> anyhow::Result<()> {
        let window = self.open(&[]).await?;
        window.until("the books are on the shelf", &shelf_has(BOOKS.len())).await?;
        window.click("nav-settings").await?;
        window.find("update-version").await?;
        let shown = window.text("[data-testid=update-version]").await?;
        ensure!(shown.contains(version), "the window says that it is {shown}");
        window.close().await
    }

    /// Installs the version that is offered, from the settings.
    async fn install_from_window(&self, version: &str) -> anyhow::Result<Window> {
        let window = self.open(&[]).await?;
        window.click("nav-settings").await?;
        window.activate("update-check").await?;
        window.find("update-install").await?;
        let found = window.text("[data-testid=update-result]").await?;
        ensure!(found.contains(version), "the window offers {found}");
        window.activate("update-install").await?;
        window.find("update-restart").await?;
        ensure!(self.is_installed(version)?, "{version} was not installed");
        Ok(window)
    }

    /// Installs a version from the window, restarts into it, and waits until it has proved itself.
    pub(in super::super) async fn update_and_restart(&self, version: &str) -> anyhow::Result<()> {
        let window = self.install_from_window(version).await?;
        let before: BTreeSet<u32> = self.running()?.into_iter().collect();
        // The window may be gone before the driver has answered.
        drop(window.activate("update-restart").await);
        until("the old program has ended and one new one runs", || {
            let now: BTreeSet<u32> = self.running()?.into_iter().collect();
            Ok(now.len() == 1 && now.is_disjoint(&before))
        })?;
        until("the new program has proved itself", || Ok(!self.state("unproven.json").exists()))?;
        ensure!(self.running()?.len() == 1, "the program was started several times");
        drop(window);
        self.end()
    }

    /// Installs a version that ends at its start, and starts it until `previous` takes over.
    pub(in super::super) async fn update_and_fail(&self, previous: &str, broken: &str) -> anyhow::Result<()> {
        let window = self.install_from_window(broken).await?;
        drop(window.activate("update-restart").await);
        window.closed().await?;
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
    fn start(&self) -> anyhow::Result<std::process::Child> {
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
