//! The folders: the checkout, the cache folder outside it, and the target directory.
//!
//! The policy is docs/adr/0004-target-directory-and-profiles.md. Nothing here reads or changes a file.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process::Process;

/// The packages of every build and test. They are always the same, so that cargo selects the same features each time and
/// compiles nothing twice. Without xtask on Windows, where a running program cannot be replaced.
pub(crate) const PACKAGES: &[&str] =
    if cfg!(windows) { &["--workspace", "--exclude", "xtask"] } else { &["--workspace"] };

/// The folders of one checkout.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
    cache: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The checkout from which cargo started this program.
    ///
    /// # Errors
    /// If it was not started by cargo, or the user has no home folder.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("start this program as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("xtask has to be in a folder of the workspace")?;
        Self::at(root)
    }

    /// The checkout at `root`.
    ///
    /// # Errors
    /// If the user has no home folder and no variable names the cache folder.
    pub(crate) fn at(root: &Path) -> anyhow::Result<Self> {
        Self::with_variables(root, |name| env::var_os(name))
    }

    fn with_variables(root: &Path, variable: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(|value| root.join(value));
        let cache = match set("ALEXANDRIA_CACHE_DIR") {
            Some(folder) => folder,
            None => env::home_dir().context("no home folder; set ALEXANDRIA_CACHE_DIR")?.join(".cache/alexandria"),
        };
        let target = set("CARGO_TARGET_DIR").unwrap_or_else(|| cache.join("target"));
        Ok(Self { root: root.to_path_buf(), cache, target })
    }

    /// The checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The web UI.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// What setup builds and installs.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// The embedding model and ONNX Runtime.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.cache.join("runtime")
    }

    /// Programs installed by cargo for tests and checks.
    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// A program of the Python environment for checks and tests.
    pub(crate) fn python_program(&self, name: &str) -> PathBuf {
        let programs = self.cache.join("venv").join(if cfg!(windows) { "Scripts" } else { "bin" });
        programs.join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Where cargo puts what it builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The cargo that started this program, running in the checkout with our target directory.
    pub(crate) fn cargo(&self) -> Process {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // `cargo run` describes xtask in variables; build scripts must not see them.
        let inherited =
            env::vars_os().map(|(name, _)| name).filter(|name| describes_a_package(&name.to_string_lossy()));
        inherited
            .fold(Process::new(cargo).called("cargo"), |process, name| process.without_variable(name))
            .variable("CARGO_TARGET_DIR", &self.target)
            .folder(&self.root)
    }
}

fn describes_a_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], cache: &str, target: &str) {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let workspace = Workspace::with_variables(Path::new("/code"), variable).unwrap();
        let home = |path: &str| match path.strip_prefix("~/") {
            Some(rest) => env::home_dir().unwrap().join(rest),
            None => PathBuf::from(path),
        };
        assert_eq!(workspace.cache(), home(cache));
        assert_eq!(workspace.target(), home(target));
    }

    #[test]
    fn target_directory_is_outside_the_checkout() {
        check(&[], "~/.cache/alexandria", "~/.cache/alexandria/target");
        check(&[("ALEXANDRIA_CACHE_DIR", "/big")], "/big", "/big/target");
        check(&[("CARGO_TARGET_DIR", "/out")], "~/.cache/alexandria", "/out");
        check(&[("CARGO_TARGET_DIR", "")], "~/.cache/alexandria", "~/.cache/alexandria/target");
        check(&[("CARGO_TARGET_DIR", "out")], "~/.cache/alexandria", "/code/out");
    }

    #[test]
    fn variables_about_xtask_are_not_passed_on() {
        assert!(describes_a_package("CARGO_PKG_VERSION"));
        assert!(describes_a_package("CARGO_MANIFEST_DIR"));
        assert!(!describes_a_package("CARGO_HOME"));
        assert!(!describes_a_package("CARGO_TERM_COLOR"));
    }
}
