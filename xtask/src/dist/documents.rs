//! The documents that lie in every package for Windows and macOS: licences, guide, changelog, bill of materials.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::commit::{VERSION, commit_time};
use super::platform::Platform;
use super::{licences, parts, sbom, tree};
use crate::guide;
use crate::setup;
use crate::workspace::Workspace;

/// Writes them to a folder. `runtime` has the model and ONNX Runtime as they are shipped.
///
/// # Errors
/// If one cannot be made.
pub(super) fn write(workspace: &Workspace, platform: &Platform, runtime: &Path, folder: &Path) -> anyhow::Result<()> {
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        // Windows opens only files with an extension.
        tree::copy(&workspace.root().join(licence), &folder.join(format!("{licence}.txt")))?;
    }
    guide::write(&workspace.root().join("docs/guide"), folder)?;
    let changelog = fs::read_to_string(workspace.root().join("CHANGELOG.md")).context("cannot read CHANGELOG.md")?;
    tree::write(&folder.join("CHANGELOG.md"), &changelog)?;
    // Their licences; the programs may have been built elsewhere.
    setup::ui_packages(workspace)?;
    let parts = parts::compiled_in(workspace, platform)?;
    let materials = sbom::document(&parts, (platform, runtime), VERSION, &commit_time(workspace.root())?)?;
    tree::write(&folder.join("alexandria.cdx.json"), &materials)?;
    tree::write(&folder.join("third-party-licences.txt"), &licences::document(&parts)?)
}
