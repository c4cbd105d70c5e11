//! `cargo xtask run [FILES]`: opens the window with the guide and the files; without a display, imports them through the
//! command line. With `--two-devices` also a sync server and a second library.

mod headless;
mod two_devices;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::guide;
use crate::process::Process;
use crate::workspace::Workspace;

/// Builds, then runs what was built.
///
/// # Errors
/// If a file does not exist, a part cannot be built, or a program fails.
pub(crate) fn run(workspace: &Workspace, files: &[PathBuf], two_devices: bool) -> anyhow::Result<()> {
    let files = existing(files)?;
    let programs = build::run(workspace, Profile::Development)?;
    let guide = guide::write(&workspace.root().join("docs/guide"), &workspace.cache().join("guide"))?;
    let has_display = has_display(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
    if two_devices {
        return two_devices::run(workspace, &programs, &guide, &files, has_display);
    }
    if has_display {
        let window = Process::new(build::program(&programs, "alexandria-desktop")).called("alexandria-desktop");
        return equip(window, workspace, Profile::Development)?.argument(guide).arguments(files).run();
    }
    headless::run(workspace, &build::program(&programs, "alexandria"), &guide, &files)
}

/// The files by their absolute paths.
fn existing(files: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    files.iter().map(|file| absolute(file)).collect()
}

fn absolute(file: &Path) -> anyhow::Result<PathBuf> {
    if !file.exists() {
        bail!("{} does not exist", file.display());
    }
    std::path::absolute(file).with_context(|| format!("{} has no absolute path", file.display()))
}

fn has_display(is_set: impl Fn(&str) -> bool) -> bool {
    cfg!(any(target_os = "macos", target_os = "windows")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn display_is_found_by_its_variable() {
        let check = |set: &[&str], expect| assert_eq!(has_display(|name| set.contains(&name)), expect, "{set:?}");
        check(&[], false);
        check(&["DISPLAY"], true);
        check(&["WAYLAND_DISPLAY"], true);
        check(&["SSH_CONNECTION"], false);
    }

    #[test]
    fn missing_file_is_reported_by_name() {
        let error = existing(&[PathBuf::from("Cargo.toml"), PathBuf::from("no such book.epub")]).unwrap_err();
        assert_eq!(error.to_string(), "no such book.epub does not exist");
    }
}
