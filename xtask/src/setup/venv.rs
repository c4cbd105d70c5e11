//! Python programs in a virtual environment, each package pinned by hash.

use std::path::{Path, PathBuf};

use super::python;
use crate::process::{Process, say};
use crate::stamp;

/// Creates the environment at `folder` from `requirements`, unless it is current.
///
/// # Errors
/// If Python or pip fails.
pub(super) fn ensure(folder: &Path, requirements: &Path) -> anyhow::Result<()> {
    let digest = stamp::digest(&[requirements.to_path_buf()])?;
    let stamp = folder.join("requirements.sha256");
    if stamp::is_current(&stamp, &digest) {
        return Ok(());
    }
    let list = requirements.file_name().unwrap_or_default().to_string_lossy();
    say(&format!("setup: installing the Python packages of {list}"));
    Process::new(python::program()).arguments(["-m", "venv", "--clear"]).argument(folder).run()?;
    Process::new(program(folder, "python"))
        .arguments(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .arguments(["--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement"])
        .argument(requirements)
        .run()?;
    stamp::write(&stamp, &digest)
}

/// A program of the environment.
pub(super) fn program(folder: &Path, name: &str) -> PathBuf {
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    programs.join(name).with_extension(std::env::consts::EXE_EXTENSION)
}
