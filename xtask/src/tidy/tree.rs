//! The files of the repository: those that git tracks or would track, without ignored ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// The files of a checkout.
pub(super) struct Tree {
    root: PathBuf,
    /// Paths from the root, with `/`.
    files: BTreeSet<String>,
}

/// A file as text.
pub(super) struct Source {
    /// Path from the root, with `/`.
    pub(super) path: String,
    /// Everything in it.
    pub(super) text: String,
}

impl Tree {
    /// Lists the checkout at `root`: what is committed or staged and still there, and new files that are not ignored.
    ///
    /// # Errors
    /// If git is not installed or `root` is not a checkout.
    pub(super) fn open(root: &Path) -> anyhow::Result<Self> {
        let output = Command::new("git")
            .current_dir(root)
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .output()
            .context("cannot run git, which lists the files of the repository")?;
        ensure!(output.status.success(), "git cannot list the files; run tidy in a git checkout");
        let listing = String::from_utf8(output.stdout).context("a file name is not UTF-8; rename it")?;
        let files =
            listing.split_terminator('\0').filter(|path| root.join(path).is_file()).map(str::to_owned).collect();
        Ok(Self { root: root.to_owned(), files })
    }

    /// The repository's root folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether `path` is a file, or a folder with files in it.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.contains(path) || self.files.range(folder.clone()..).next().is_some_and(|at| at.starts_with(&folder))
    }

    /// All paths that `wanted` accepts.
    pub(super) fn paths(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(move |path| wanted(path))
    }

    /// All text files that `wanted` accepts; files that are not UTF-8 are left out.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub(super) fn sources(&self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<Source>> {
        let mut sources = Vec::new();
        for path in self.paths(wanted) {
            let bytes = std::fs::read(self.root.join(path)).with_context(|| format!("cannot read {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                sources.push(Source { path: path.to_owned(), text });
            }
        }
        Ok(sources)
    }
}
