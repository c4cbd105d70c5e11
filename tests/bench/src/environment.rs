//! What `cargo xtask bench` passes in variables: the corpus, and the programs that were built.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};

/// A folder of the corpus.
pub(crate) fn corpus(folder: &str) -> anyhow::Result<PathBuf> {
    let root = std::env::var_os("ALEXANDRIA_CORPUS").context("set ALEXANDRIA_CORPUS to the folder of the corpus")?;
    let folder = PathBuf::from(root).join(folder);
    if !folder.is_dir() {
        bail!("the corpus has no folder {}", folder.display());
    }
    Ok(folder)
}

/// A program of this build.
pub(crate) fn built(name: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::var_os("ALEXANDRIA_BIN_DIR").context("start this program as `cargo xtask bench`")?;
    let program = PathBuf::from(folder).join(name).with_extension(std::env::consts::EXE_EXTENSION);
    ensure!(program.is_file(), "{name} is not built; start this program as `cargo xtask bench`");
    Ok(program)
}
