//! `cargo xtask build`: the UI, then the programs that embed it, then the runtime folder next to them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process::{NPM, Process};
use crate::setup;
use crate::stamp;
use crate::workspace::{PACKAGES, Workspace};

/// The sources of the UI, in `ui/`.
const UI_SOURCES: &[&str] = &[
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
];

/// The programs that are shipped, whose compilation is all that a release needs.
pub(crate) const SHIPPED: &[&str] = &["alexandria", "alexandria-desktop", WORKER];

/// The program that reads foreign files, which the other two start.
const WORKER: &str = "alexandria-worker";

/// The folder of the model and ONNX Runtime beside the programs of a build.
const RUNTIME: &str = "runtime";

/// The folder of a shipped program below the prefix of a package. Programs that people do not start are not in the search
/// path; `crates/alexandria-worker/src/locate.rs` looks there.
pub(crate) fn installed_folder(name: &str) -> &'static str {
    if name == WORKER { "lib/alexandria" } else { "bin" }
}

/// The build profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For development and tests.
    Development,
    /// As shipped.
    Release,
}

impl Profile {
    /// The profile a `--release` flag asks for.
    pub(crate) const fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Development }
    }

    /// The folder of the programs of this profile.
    pub(crate) fn folder(self, workspace: &Workspace) -> PathBuf {
        workspace.target().join(match self {
            Self::Development => "debug",
            Self::Release => "release",
        })
    }
}

/// A program of ours in a folder of programs.
pub(crate) fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

/// Builds the programs and returns their folder: all of the workspace for development, and those that are shipped for a
/// release.
///
/// # Errors
/// If a part cannot be built.
pub(crate) fn run(workspace: &Workspace, profile: Profile) -> anyhow::Result<PathBuf> {
    setup::run(workspace)?;
    ui(workspace)?;
    let build = workspace.cargo().arguments(["build", "--locked"]).arguments(PACKAGES);
    let build = match profile {
        Profile::Development => build.argument("--bins"),
        Profile::Release => build.argument("--release").arguments(SHIPPED.iter().flat_map(|name| ["--bin", name])),
    };
    build.run()?;
    let folder = profile.folder(workspace);
    stage(&workspace.runtime(), &folder.join(RUNTIME))?;
    Ok(folder)
}

/// Copies the programs that are shipped from the folder where they were built to `out`, and the model and ONNX Runtime beside
/// them: packages for Windows and macOS are not made where the programs are built, and those of another system do not fit.
///
/// # Errors
/// If something is missing or cannot be copied.
pub(crate) fn hand_over(built: &Path, out: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    for name in SHIPPED {
        let (from, to) = (program(built, name), program(out, name));
        fs::copy(&from, &to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    }
    stage(&built.join(RUNTIME), &out.join(RUNTIME))
}

/// Builds the UI if its sources have changed. The window's crate cannot be compiled without it.
///
/// # Errors
/// If npm fails.
pub(crate) fn ui(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.ui();
    let digest = stamp::digest(&UI_SOURCES.iter().map(|source| folder.join(source)).collect::<Vec<_>>())?;
    // Not in dist, which becomes part of the program.
    let stamp = folder.join("node_modules/.alexandria-build");
    if stamp::is_current(&stamp, &digest) && folder.join("dist/index.html").is_file() {
        return Ok(());
    }
    Process::new(NPM).arguments(["run", "--silent", "build", "--", "--logLevel", "warn"]).folder(&folder).run()?;
    stamp::write(&stamp, &digest)
}

/// Links the files of one folder into another, or copies them where the file system has no links.
///
/// # Errors
/// If a file can be neither linked nor copied.
pub(crate) fn stage(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let source = entry?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            stage(&source, &target)?;
        } else if !is_same(&source, &target) {
            let context = || format!("cannot put {} into {}", source.display(), to.display());
            if target.exists() {
                fs::remove_file(&target).with_context(context)?;
            }
            if fs::hard_link(&source, &target).is_err() {
                fs::copy(&source, &target).with_context(context)?;
            }
        }
    }
    Ok(())
}

/// Whether the target is current: a link to the source, or a copy that is not older.
fn is_same(source: &Path, target: &Path) -> bool {
    let (Ok(source), Ok(target)) = (source.metadata(), target.metadata()) else { return false };
    let (Ok(modified), Ok(copied)) = (source.modified(), target.modified()) else { return false };
    source.len() == target.len() && copied >= modified
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_shipped_is_handed_over() {
        let folder = std::env::temp_dir().join(format!("xtask-hand-over-{}", std::process::id()));
        let (built, out) = (folder.join("built"), folder.join("out"));
        fs::create_dir_all(built.join(RUNTIME)).unwrap();
        fs::write(built.join(RUNTIME).join("model.onnx"), "model").unwrap();
        fs::write(program(&built, "alexandria"), "command").unwrap();
        fs::write(program(&built, "alexandria-bench"), "bench").unwrap();
        assert!(format!("{:#}", hand_over(&built, &out).unwrap_err()).contains("alexandria-desktop"));
        fs::write(program(&built, "alexandria-desktop"), "window").unwrap();
        assert!(format!("{:#}", hand_over(&built, &out).unwrap_err()).contains(WORKER));
        fs::write(program(&built, WORKER), "worker").unwrap();
        hand_over(&built, &out).unwrap();
        assert_eq!(fs::read_dir(&out).unwrap().count(), SHIPPED.len() + 1);
        assert_eq!(fs::read_to_string(out.join(RUNTIME).join("model.onnx")).unwrap(), "model");
        assert_eq!(fs::read_to_string(program(&out, "alexandria")).unwrap(), "command");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn staged_files_are_updated_from_their_sources() {
        let folder = std::env::temp_dir().join(format!("xtask-stage-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("licences")).unwrap();
        fs::write(from.join("model"), "old").unwrap();
        fs::write(from.join("licences/one"), "text").unwrap();
        stage(&from, &to).unwrap();
        assert!(is_same(&from.join("model"), &to.join("model")));
        assert_eq!(fs::read_to_string(to.join("licences/one")).unwrap(), "text");

        // As the model tool does: a new file replaces the old one, and the staged link keeps the old content.
        fs::write(folder.join("new"), "newer").unwrap();
        fs::rename(folder.join("new"), from.join("model")).unwrap();
        assert_eq!(fs::read_to_string(to.join("model")).unwrap(), "old");
        stage(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("model")).unwrap(), "newer");
        fs::remove_dir_all(folder).unwrap();
    }
}
