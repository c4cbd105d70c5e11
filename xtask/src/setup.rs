//! `cargo xtask setup`: installs what a build needs. Each part checks first and acts only if something is missing, so that a
//! second run is quick, prints nothing and needs no network.

#[cfg(target_os = "linux")]
mod appimage;
mod model;
mod python;
mod system;
mod tools;
mod ui;
mod venv;

use std::io::Write as _;

#[cfg(target_os = "linux")]
pub(crate) use appimage::appimage_kit;
pub(crate) use tools::{fuzzer, lint_tools, s3_server, window_driver};

use crate::workspace::Workspace;

/// Installs everything that a build needs.
///
/// # Errors
/// If something is missing that cannot be installed from here; the message says what to run.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    system::ensure()?;
    ui::ensure(workspace)?;
    model::ensure(workspace)
}

/// Installs the npm packages of the UI.
///
/// # Errors
/// If npm fails.
pub(crate) fn ui_packages(workspace: &Workspace) -> anyhow::Result<()> {
    ui::ensure(workspace)
}

/// Installs compilers and system libraries.
///
/// # Errors
/// If some are missing that cannot be installed from here; the message says what to run.
pub(crate) fn packages() -> anyhow::Result<()> {
    system::ensure()
}

/// Prints the Debian packages, for scripts that install them with other rights.
///
/// # Errors
/// If standard output is closed.
pub(crate) fn list_packages() -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{}", system::debian::PACKAGES.join(" "))?;
    Ok(())
}
