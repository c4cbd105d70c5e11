//! `cargo xtask release drill`: a release from its packages to its withdrawal, with three AppImages that differ only in their
//! version, and the last of which ends as soon as it is started. Unlike what is shipped, their windows can be driven.
//!
//! This half makes the keys, the repository and the packages. `tests/update/src/release_drill.rs` publishes and uses them.
//! At the end the attacks on updates run, so that one command shows what is accepted and what is refused.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::appimage;
use super::release::{VERSION, empty};
use crate::build::{self, Profile};
use crate::process::{Process, say};
use crate::release;
use crate::workspace::Workspace;

/// The statement of the window's start after which the last version ends: the start has been counted.
const AFTER_COUNTING: &str = "    harden_process();\n    let launch";

/// What keeps the driver of the drill, and anybody else, from driving a shipped window.
const NOT_DRIVEN: &str = "cfg!(debug_assertions) && std::env::var_os(\"TAURI_WEBVIEW_AUTOMATION\")";

/// Runs the drill.
///
/// # Errors
/// If an AppImage cannot be mounted here, a package cannot be built, the package that does not start passes the tests of
/// packaging, or a step of the drill ends otherwise than it must.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let mounts = Process::new("fusermount").argument("--version").succeeds()
        && Process::new("ldconfig").argument("--print-cache").output()?.contains("libfuse.so.2");
    ensure!(mounts, "the drill mounts AppImages; as root: apt-get install fuse libfuse2");
    let folder = workspace.target().join("drill");
    empty(&folder)?;
    let versions = versions()?;
    let sections =
        versions.iter().rev().map(|version| format!("## {version} (2026-01-01)\n\n- A release of the drill\n"));
    fs::write(folder.join("CHANGELOG.md"), sections.collect::<String>())?;
    repository(&folder)?;

    // Commits that are made meanwhile must not make the versions differ.
    let commit = Process::new("git").folder(workspace.root()).arguments(["rev-parse", "HEAD"]).output()?;
    let [first, next, broken] = &versions;
    for version in [first, next] {
        say(&format!("drill: the AppImage of {version}"));
        let source = Source::check_out(workspace, &folder, &commit, version)?;
        let package = source.package(&folder)?;
        keep(&package, &folder, version)?;
    }
    say(&format!("drill: {broken}, which ends at its start"));
    let source = Source::check_out(workspace, &folder, &commit, broken)?;
    source.end_after_counting()?;
    ensure!(source.package(&folder).is_err(), "packaging accepts a program that does not start");
    let programs = Profile::Release.folder(workspace);
    let built = Process::new(build::program(&programs, "alexandria")).argument("--version").output()?;
    ensure!(built == format!("alexandria {broken}"), "{broken} was not built");
    say("drill: packaging refuses it, as it must; it is packed nevertheless");
    let package = appimage::with_programs(&kept(&folder, next), &programs, &folder.join("packing"))?;
    keep(&package, &folder, broken)?;
    source.remove(workspace)?;

    let bins = build::run(workspace, Profile::Development)?;
    Process::new(build::program(&bins, "release-drill"))
        .argument(&folder)
        .arguments(&versions)
        .variable("ALEXANDRIA_BIN_DIR", &bins)
        .variable("ALEXANDRIA_TOOLS_DIR", workspace.tools())
        .run()?;
    say("drill: what is refused");
    let attacks = workspace.cargo().arguments(["test", "--locked", "--quiet", "--package", "alexandria-tests-update"]);
    attacks.arguments(["--test", "attacks", "--", "--nocapture"]).run()
}

/// This version and the two after it.
fn versions() -> anyhow::Result<[String; 3]> {
    let (series, patch) = VERSION.rsplit_once('.').context("the version is not three numbers")?;
    let patch: u32 = patch.parse().context("the version is not three numbers")?;
    Ok([0, 1, 2].map(|later| format!("{series}.{}", patch + later)))
}

/// Makes keys and a repository, and the folder that tells packages about it.
fn repository(folder: &Path) -> anyhow::Result<()> {
    let paths = [("--repository", "served"), ("--keys", "keys"), ("--transcript", "transcript.txt")];
    let paths = paths.iter().flat_map(|(option, name)| [PathBuf::from(option), folder.join(name)]);
    release::run(&std::iter::once("ceremony".into()).chain(paths).collect::<Vec<PathBuf>>())?;
    let update = folder.join("update");
    fs::create_dir(&update)?;
    fs::copy(folder.join("served/u/v1/1.root.json"), update.join("root.json"))?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    Ok(fs::write(update.join("source.json"), format!("{{ \"url\": \"http://127.0.0.1:{port}/u/v1/\" }}"))?)
}

/// The packed AppImage of a version.
fn kept(folder: &Path, version: &str) -> PathBuf {
    folder.join(format!("packages/{version}/alexandria-{version}-{}.AppImage", std::env::consts::ARCH))
}

fn keep(package: &Path, folder: &Path, version: &str) -> anyhow::Result<()> {
    let kept = kept(folder, version);
    fs::create_dir_all(kept.parent().unwrap_or(folder))?;
    fs::rename(package, &kept).with_context(|| format!("cannot move {}", package.display()))
}

/// The commit that is checked out, with another version, and a window that can be driven. Built in the same target folder,
/// so that dependencies are not compiled again.
struct Source {
    folder: PathBuf,
    target: PathBuf,
    version: String,
}

impl Source {
    /// Replaces the check-out of the version before.
    fn check_out(workspace: &Workspace, folder: &Path, commit: &str, version: &str) -> anyhow::Result<Self> {
        let source =
            Self { folder: folder.join("source"), target: workspace.target().to_owned(), version: version.to_owned() };
        source.remove(workspace)?;
        let git = Process::new("git").folder(workspace.root()).arguments(["worktree", "add", "--quiet", "--detach"]);
        git.argument(&source.folder).argument(commit).run()?;
        let declared = |version: &str| format!("[workspace.package]\nversion = \"{version}\"");
        source.replace("Cargo.toml", &declared(VERSION), &declared(version))?;
        let driven = NOT_DRIVEN.trim_start_matches("cfg!(debug_assertions) && ");
        source.replace("src-tauri/src/window.rs", NOT_DRIVEN, driven)?;
        Process::new("cargo")
            .folder(&source.folder)
            .arguments(["update", "--quiet", "--offline", "--workspace"])
            .run()?;
        Ok(source)
    }

    /// Removes the check-out, if there is one.
    fn remove(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let git = || Process::new("git").folder(workspace.root());
        if self.folder.exists() {
            git().arguments(["worktree", "remove", "--force"]).argument(&self.folder).run()?;
        }
        git().arguments(["worktree", "prune"]).run()
    }

    fn replace(&self, file: &str, from: &str, to: &str) -> anyhow::Result<()> {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path)?;
        ensure!(text.matches(from).count() == 1, "{file} does not contain {from:?} once; the drill has to follow it");
        Ok(fs::write(&path, text.replace(from, to))?)
    }

    /// Makes the window end once its start has been counted.
    fn end_after_counting(&self) -> anyhow::Result<()> {
        let ends = AFTER_COUNTING.replacen("    let launch", "    std::process::abort();\n    let launch", 1);
        let attribute = "pub fn run() -> anyhow::Result<()> {";
        let allows = format!("#[expect(unreachable_code, reason = \"the drill\")]\n{attribute}");
        self.replace("src-tauri/src/app.rs", AFTER_COUNTING, &ends)?;
        self.replace("src-tauri/src/app.rs", attribute, &allows)
    }

    /// Builds the AppImage with the version's own packaging command.
    fn package(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        Process::new("cargo")
            .folder(&self.folder)
            .variable("CARGO_TARGET_DIR", &self.target)
            .without_variable("CARGO_MANIFEST_DIR")
            .arguments(["xtask", "dist", "--only", "appimage", "--update"])
            .argument(folder.join("update"))
            .run()?;
        Ok(self.target.join(format!("dist/alexandria-{}-{}.AppImage", self.version, std::env::consts::ARCH)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_this_one() {
        let versions = versions().unwrap();
        assert_eq!(versions[0], VERSION);
        assert_ne!(versions[1], versions[2]);
    }

    #[test]
    fn window_has_what_the_drill_changes() {
        let check = |source: &str, part| assert_eq!(source.matches(part).count(), 1, "{part}");
        check(include_str!("../../../src-tauri/src/app.rs"), AFTER_COUNTING);
        check(include_str!("../../../src-tauri/src/window.rs"), NOT_DRIVEN);
    }
}
