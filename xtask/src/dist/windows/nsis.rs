//! The installer for an account: `installers/windows/alexandria.nsi`, compiled by makensis.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::dist::runtime::sha256;
use crate::dist::tree;
use crate::process::Process;

/// The installer of WebView2, beside the programs.
const BOOTSTRAPPER: &str = "MicrosoftEdgeWebview2Setup.exe";

/// What the installer program itself is: NSIS as Debian builds it has 64-bit ones, its makers' build for Windows has not.
const TARGET: &str = if cfg!(target_os = "linux") { "amd64-unicode" } else { "x86-unicode" };

/// What an installer is made from.
#[derive(Clone, Debug)]
pub(super) struct Installer {
    pub(super) script: PathBuf,
    pub(super) icon: PathBuf,
    pub(super) version: String,
    pub(super) tree: PathBuf,
    pub(super) output: PathBuf,
    /// The installer of WebView2.
    pub(super) bootstrapper: Option<PathBuf>,
    /// Signed copies of NSIS's plug-ins.
    pub(super) plugins: Option<PathBuf>,
    /// A program that signs the uninstaller in place; nothing else can, because makensis writes and packs it.
    pub(super) sign_with: Option<PathBuf>,
}

/// Compiles the installer.
///
/// # Errors
/// If makensis is missing or fails, which it does for warnings too.
pub(super) fn build(installer: &Installer) -> anyhow::Result<PathBuf> {
    let Installer { script, icon, version, tree, output, bootstrapper, plugins, sign_with } = installer;
    let definitions = [
        ("TARGET", TARGET.to_owned()),
        ("VERSION", version.clone()),
        // Four numbers, as the resource of a program has them.
        ("NUMERIC_VERSION", format!("{version}.0")),
        ("TREE", tree.display().to_string()),
        ("OUTPUT", output.display().to_string()),
        ("ICON", icon.display().to_string()),
        ("INSTALLED_KB", tree::kilobytes(tree)?.to_string()),
    ];
    let optional = [("BOOTSTRAPPER", bootstrapper), ("PLUGINS", plugins), ("SIGN", sign_with)];
    let optional = optional.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?.display().to_string())));
    let definitions = definitions.into_iter().chain(optional);
    ensure!(
        Process::new("makensis").argument("-VERSION").succeeds(),
        "makensis is not installed; on Debian, as root: apt-get install nsis"
    );
    Process::new("makensis")
        .arguments(["-V2", "-INPUTCHARSET", "UTF8", "-WX"])
        .arguments(definitions.map(|(name, value)| format!("-D{name}={value}")))
        .argument(script)
        .run()?;
    Ok(output.clone())
}

/// The installer of WebView2, if it is beside the programs. `pin` has its hash, on a line of its own.
///
/// # Errors
/// If it is not the pinned one.
pub(super) fn bootstrapper(programs: &Path, pin: &str) -> anyhow::Result<Option<PathBuf>> {
    let path = programs.join(BOOTSTRAPPER);
    if !path.is_file() {
        return Ok(None);
    }
    let pinned = pin.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let pinned = pinned.context("installers/windows/webview2.txt pins no installer of WebView2")?;
    let found = sha256(&fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    ensure!(found == pinned, "{} is not the pinned one: its hash is {found}", path.display());
    Ok(Some(path))
}
