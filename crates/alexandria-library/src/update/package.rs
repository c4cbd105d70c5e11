//! What the package says about updates: whom they must be signed by, and where they come from.
//!
//! The folder `update` lies beside the folder of the model. It has `root.json`, the root of trust, and `source.json` with the
//! address. A package without it is updated by whoever made it.

use std::path::{Path, PathBuf};

use alexandria_update::Repository;
use serde::Deserialize;
use url::Url;

use super::error::UpdateError;

/// Names the folder for a program that is not installed. An installed program ignores it, because the folder decides whose
/// updates it accepts.
pub(super) const UPDATE_DIR_VARIABLE: &str = "ALEXANDRIA_UPDATE_DIR";

/// The folder's content.
#[derive(Clone, Debug)]
pub(super) struct UpdatePackage {
    root: Vec<u8>,
    /// The folder of the metadata.
    pub(super) url: Url,
}

#[derive(Deserialize)]
struct SourceJson {
    /// The folder of the metadata, with a slash at the end.
    url: Url,
}

impl UpdatePackage {
    /// The folder of the program `executable`; `None` if it has none.
    pub(super) fn locate(executable: &Path) -> Result<Option<Self>, UpdateError> {
        let variable = std::env::var_os(UPDATE_DIR_VARIABLE).map(PathBuf::from);
        let Some(folder) = folder_of(executable, variable) else { return Ok(None) };
        let read = |name: &str| std::fs::read(folder.join(name)).map_err(|_| UpdateError::Package);
        let source: SourceJson = serde_json::from_slice(&read("source.json")?).map_err(|_| UpdateError::Package)?;
        Ok(Some(Self { root: read("root.json")?, url: source.url }))
    }

    pub(super) fn repository(&self) -> Result<Repository, UpdateError> {
        let targets = self.url.join("t/").map_err(|_| UpdateError::Package)?;
        Ok(Repository { root: self.root.clone(), metadata: self.url.clone(), targets })
    }
}

/// Whether something was installed with the program decides, not whether this folder was: a package without it must not be
/// given one by a variable.
fn folder_of(executable: &Path, variable: Option<PathBuf>) -> Option<PathBuf> {
    const INSTALLED: [&str; 3] = ["../lib/alexandria", "../lib/Alexandria", "../Resources"];
    let beside = executable.parent()?;
    let installed = INSTALLED.iter().map(|path| beside.join(path)).find(|folder| folder.join("runtime").is_dir());
    match installed {
        Some(folder) => Some(folder.join("update")).filter(|folder| folder.is_dir()),
        None => variable,
    }
}

/// The version of glibc, from the name that the system gives its library.
pub(super) fn glibc() -> Option<String> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let output = std::process::Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.trim().strip_prefix("glibc ")?.to_owned())
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_program_uses_only_what_was_installed_with_it() {
        let prefix = tempfile::tempdir().unwrap();
        let program = prefix.path().join("bin/alexandria");
        let lib = prefix.path().join("lib/alexandria");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        let other = || Some(PathBuf::from("/other"));
        assert_eq!(folder_of(&program, other()), other());
        assert_eq!(folder_of(&program, None), None);
        std::fs::create_dir_all(lib.join("runtime")).unwrap();
        assert_eq!(folder_of(&program, other()), None);
        std::fs::create_dir_all(lib.join("update")).unwrap();
        let found = folder_of(&program, other()).unwrap();
        assert_eq!(found.canonicalize().unwrap(), lib.join("update").canonicalize().unwrap());
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn glibc_version_is_two_numbers() {
        let version = glibc().unwrap();
        assert!(alexandria_update::SystemVersion::parse(&version).is_some(), "{version}");
    }
}
