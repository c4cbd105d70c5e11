//! One installation of the program as an AppImage, and the publisher of its updates.

mod window;

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use alexandria_tests_support::{Display, Sandbox, epub, program};
use alexandria_tests_update::{Server, TARGET};
use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The channel, the kind of installation and the schema of all releases of the drill, whose library never changes.
const CHANNEL: &str = "stable";
const DB_SCHEMA: &str = "99";

/// What is searched for, and is once in each of the two books.
const PHRASE: &str = "\"the lamp of the lighthouse\"";
const BOOKS: [&str; 2] = ["The First Keeper", "The Second Keeper"];

/// The folder of the drill, and a computer of its own for the program.
pub(super) struct Drill {
    folder: PathBuf,
    sandbox: Sandbox,
    display: Display,
    /// The release command.
    release: PathBuf,
}

impl Drill {
    /// Serves the repository in the folder at the address that the packages look for updates at.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        let source = std::fs::read(folder.join("update/source.json")).context("the folder was not prepared")?;
        let source: Value = serde_json::from_slice(&source)?;
        let url: url::Url = source["url"].as_str().context("no address of updates")?.parse()?;
        Server::start_at(folder.join("served"), url.port().context("an address without a port")?)?;
        let (sandbox, display) = (Sandbox::new()?, Display::start()?);
        for title in BOOKS {
            let page = format!(
                r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head><body>
                <p>{title} trimmed the lamp of the lighthouse every evening.</p></body></html>"#
            );
            epub::Book::new(title, &[("one.xhtml", &page)]).write(&sandbox.path(&format!("own/{title}.epub")))?;
        }
        Ok(Self { folder: folder.to_owned(), sandbox, display, release: program("alexandria-release")? })
    }

    /// The installed AppImage.
    fn appimage(&self) -> PathBuf {
        self.sandbox.path("own/Alexandria.AppImage")
    }

    /// The AppImage of a version, as it was published.
    fn package(&self, version: &str) -> PathBuf {
        self.folder.join(format!("packages/{version}/alexandria-{version}-{}.AppImage", std::env::consts::ARCH))
    }

    /// Whether a version's AppImage is the installed file.
    fn is_installed(&self, version: &str) -> anyhow::Result<bool> {
        Ok(std::fs::read(self.appimage())? == std::fs::read(self.package(version))?)
    }

    /// A file in which the program keeps what it knows about updates.
    fn state(&self, name: &str) -> PathBuf {
        self.sandbox.path("home/state/alexandria/updates").join(name)
    }

    /// Puts a version where the user keeps programs, with a link by which its command is called.
    pub(super) fn install(&self, version: &str) -> anyhow::Result<()> {
        std::fs::copy(self.package(version), self.appimage())?;
        std::fs::set_permissions(self.appimage(), std::fs::Permissions::from_mode(0o755))?;
        Ok(symlink(self.appimage(), self.sandbox.path("own/alexandria"))?)
    }

    /// Runs the command in the installed AppImage and returns its JSON.
    fn command(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut command = Command::new(self.sandbox.path("own/alexandria"));
        self.sandbox.apply(&mut command);
        command.arg("--json").args(self.sandbox.arguments(&[])).args(arguments);
        let output = command.output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).with_context(|| format!("{arguments:?} prints no JSON"))
    }

    /// Fails unless the installed version is this one and the books are found, and opens the window to see.
    pub(super) async fn works(&self, version: &str) -> anyhow::Result<()> {
        ensure!(self.is_installed(version)?, "{version} is not the installed file");
        let found = self.command(&["search", "--mode", "exact", PHRASE])?;
        ensure!(found["total"] == BOOKS.len(), "{PHRASE} is found otherwise: {found}");
        self.window_shows(version).await
    }

    /// Fails if an update is offered.
    pub(super) fn is_offered_nothing(&self) -> anyhow::Result<()> {
        let check = self.command(&["update", "--check"])?;
        ensure!(check["decision"] == "up-to-date", "offered: {check}");
        Ok(())
    }

    /// Stages and publishes a version for a share in percent.
    pub(super) fn publish(&self, version: &str, percent: &str) -> anyhow::Result<()> {
        let (packages, staged) = (self.path(&format!("packages/{version}")), self.path(&format!("staged-{version}")));
        let changelog = self.path("CHANGELOG.md");
        let stage = ["stage", version, "--db-schema", DB_SCHEMA, "--targets", TARGET];
        self.run(&stage, &[("--packages", &packages), ("--out", &staged), ("--changelog", &changelog)])?;
        self.edit(&["publish"], &[("--staged", &staged)])?;
        self.roll_out(version, percent)
    }

    /// Offers a version to a share in percent.
    pub(super) fn roll_out(&self, version: &str, percent: &str) -> anyhow::Result<()> {
        self.edit(&["rollout", version, percent], &[])
    }

    /// Withdraws a version.
    pub(super) fn block(&self, version: &str) -> anyhow::Result<()> {
        self.edit(&["block", version], &[])
    }

    /// Checks the repository as a new installation does.
    pub(super) fn verify(&self) -> anyhow::Result<()> {
        let root = self.path("update/root.json");
        self.run(&["verify"], &[("--root", &root), ("--repository", &self.path("served"))])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn edit(&self, step: &[&str], paths: &[(&str, &Path)]) -> anyhow::Result<()> {
        let (repository, keys) = (self.path("served"), self.path("keys"));
        let paths = [paths, &[("--repository", repository.as_path()), ("--keys", keys.as_path())]].concat();
        self.run(&[step, &["--channel", CHANNEL]].concat(), &paths)
    }

    /// Runs a step of a release.
    fn run(&self, step: &[&str], paths: &[(&str, &Path)]) -> anyhow::Result<()> {
        super::say(&format!("  release {}", step.join(" ")));
        let mut command = Command::new(&self.release);
        command.args(step);
        for (option, path) in paths {
            command.arg(option).arg(path);
        }
        let output = command.output()?;
        ensure!(output.status.success(), "{step:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}
