//! What all packages of one run have in common, and the form of a finished one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::commit::commit_time;
pub(super) use super::commit::{VERSION, empty};
use super::contents;
use crate::process::Process;
use crate::workspace::Workspace;

/// What all packages of one run have in common.
#[derive(Debug)]
pub(super) struct Release {
    /// Files of the packages that are kept in the repository.
    pub(super) sources: PathBuf,
    /// The staged tree, below the prefix.
    pub(super) tree: PathBuf,
    /// What setup installs.
    pub(super) cache: PathBuf,
    /// The program at the start of an AppImage that is published; there is one for tests.
    pub(super) appimage_runtime: Option<PathBuf>,
    /// Where the packages are written.
    pub(super) output: PathBuf,
    /// The time of the commit, in seconds since 1970: of all files in a package, so that the same commit gives the same
    /// package.
    pub(super) time: String,
}

impl Release {
    /// The release of the commit that is checked out. Empties the folder of the packages.
    ///
    /// # Errors
    /// If git does not know the commit, or the folder cannot be emptied.
    pub(super) fn new(workspace: &Workspace) -> anyhow::Result<Self> {
        let output = workspace.target().join("dist");
        empty(&output)?;
        let sources = workspace.root().join("installers/linux");
        let (tree, cache) = (output.join("tree"), workspace.cache().to_owned());
        Ok(Self { sources, tree, cache, appimage_runtime: None, output, time: commit_time(workspace.root())? })
    }

    /// The text of a file in `installers/linux`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn source(&self, name: &str) -> anyhow::Result<String> {
        let path = self.sources.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// A finished package.
#[derive(Debug)]
pub(super) struct Package {
    /// What the table of sizes calls it.
    pub(super) kind: &'static str,
    pub(super) path: PathBuf,
    /// Where its prefix starts in the listing, such as `./usr/`.
    pub(super) prefix: &'static str,
    /// Lists it as `tar --list --verbose` does.
    pub(super) list: fn(&Path) -> Process,
}

impl Package {
    /// The files it contains, as read from the package itself.
    ///
    /// # Errors
    /// If it cannot be listed, or contains something else than files below its prefix.
    pub(super) fn contents(&self) -> anyhow::Result<Vec<contents::Entry>> {
        contents::parse(&(self.list)(&self.path).output()?, self.prefix)
    }

    /// Its size.
    ///
    /// # Errors
    /// If it is not there.
    pub(super) fn bytes(&self) -> anyhow::Result<u64> {
        Ok(fs::metadata(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?.len())
    }
}

/// The suites of a repository are the release channels.
///
/// # Errors
/// If there is no such suite.
pub(super) fn check_suite(suite: &str) -> anyhow::Result<()> {
    ensure!(matches!(suite, "stable" | "beta"), "there is no suite {suite}; there are stable and beta");
    Ok(())
}
