//! Packages for Windows, from programs that were built there: the installer for an account (NSIS) and the package for
//! administrators (MSI). Both are made on Linux as well.
//!
//! Absent: signatures. `cargo xtask release sign-files` signs the programs before they are packaged, and the packages
//! afterwards.

mod msi;
mod nsis;
mod program;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::commit::{VERSION, empty};
use super::options::Options;
use super::platform::Platform;
use super::{documents, runtime, tree};
use crate::build::{self, Profile, SHIPPED};
use crate::process::say;
use crate::workspace::Workspace;

/// The files that are not built.
const SOURCES: &str = "installers/windows";

/// Builds the packages that are asked for, or the installer.
///
/// # Errors
/// If a program is missing or none for Windows; if the packages would contain something else than the list says; if a tool
/// is missing or fails.
pub(super) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<Vec<PathBuf>> {
    let programs = match &options.programs {
        Some(folder) => folder.clone(),
        None if cfg!(windows) => build::run(workspace, Profile::Release)?,
        None => bail!("programs for Windows are built on Windows; pass their folder with --programs"),
    };
    let sources = workspace.root().join(SOURCES);
    let output = workspace.target().join("dist");
    empty(&output)?;
    let staged = output.join("tree");
    let platform = Platform::windows();
    let runtime = runtime::folder(workspace, &programs, &platform)?;
    stage(&programs, &runtime, VERSION, &staged)?;
    documents::write(workspace, &platform, &runtime, &staged.join("doc"))?;
    let mut expected = fs::read_to_string(sources.join("contents.txt"))?;
    if let Some(update) = &options.update {
        tree::copy_folder(update, &staged.join("lib/alexandria/update"))?;
        expected += &fs::read_to_string(sources.join("contents-update.txt"))?;
    }
    let differences = tree::differences(&expected, &tree::files(&staged)?);
    ensure!(differences.is_empty(), "{}:\n{}", staged.display(), differences.join("\n"));
    let is_asked_for =
        |kind: &str| options.only.iter().any(|name| name == kind) || (options.only.is_empty() && kind == "nsis");
    let mut packages = Vec::new();
    if is_asked_for("nsis") {
        let bootstrapper = nsis::bootstrapper(&programs, &fs::read_to_string(sources.join("webview2.txt"))?)?;
        if bootstrapper.is_none() {
            say("the installer is without the one of WebView2: it asks for WebView2 on systems that lack it");
        }
        let plugins = Some(programs.join("nsis-plugins")).filter(|folder| folder.is_dir());
        packages.push(nsis::build(&nsis::Installer {
            script: sources.join("alexandria.nsi"),
            icon: workspace.root().join("src-tauri/icons/icon.ico"),
            version: VERSION.to_owned(),
            tree: staged.clone(),
            output: output.join(format!("alexandria-{VERSION}-windows-x86_64-setup.exe")),
            bootstrapper,
            plugins,
            sign_with: options.sign_with.clone(),
        })?);
    }
    if is_asked_for("msi") {
        let package = output.join(format!("alexandria-{VERSION}-windows-x86_64.msi"));
        packages.push(msi::build(&sources, &staged, VERSION, &package)?);
    }
    Ok(packages)
}

/// Puts the programs, the model and ONNX Runtime where the programs look for them.
fn stage(programs: &Path, runtime: &Path, version: &str, staged: &Path) -> anyhow::Result<()> {
    for name in SHIPPED {
        let file = format!("{name}.exe");
        let path = programs.join(&file);
        program::check(&path, version).with_context(|| format!("{} cannot be packaged", path.display()))?;
        tree::copy(&path, &staged.join(build::installed_folder(name)).join(file))?;
    }
    tree::copy_folder(runtime, &staged.join("lib/alexandria/runtime"))
}
