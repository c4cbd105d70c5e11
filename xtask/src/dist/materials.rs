//! `cargo xtask sbom`: a bill of materials for each platform that a release is compiled for, without compiling it.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::commit::{VERSION, commit_time};
use super::platform::Platform;
use super::{parts, sbom};
use crate::process::say;
use crate::setup;
use crate::workspace::Workspace;

/// The platforms, as the names of packages call them and as Rust does.
const PLATFORMS: &[(&str, &str)] = &[
    ("linux-x86_64", "x86_64-unknown-linux-gnu"),
    ("linux-aarch64", "aarch64-unknown-linux-gnu"),
    ("windows-x86_64", "x86_64-pc-windows-msvc"),
    ("macos-aarch64", "aarch64-apple-darwin"),
];

/// Writes them to `folder`.
///
/// # Errors
/// If the crates or the packages of the UI cannot be fetched, or a file cannot be written.
pub(crate) fn write(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    // A build fetches only what its own platform needs.
    workspace.cargo().arguments(["fetch", "--locked", "--quiet"]).run()?;
    setup::ui_packages(workspace)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let time = commit_time(workspace.root())?;
    for (name, triple) in PLATFORMS {
        let platform = Platform { triple: (*triple).to_owned(), pins: (*name).to_owned() };
        let parts = parts::compiled_in(workspace, &platform)?;
        let path = folder.join(format!("alexandria-{name}.cdx.json"));
        fs::write(&path, sbom::pinned_document(&parts, &platform, VERSION, &time)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        say(&format!("{}: {} parts", path.display(), parts.len()));
    }
    Ok(())
}
