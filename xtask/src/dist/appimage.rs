//! The AppImage: one file that runs where it is, and brings WebKitGTK with it.
//!
//! The staged tree is in `usr`, as in every package, and everything from the system that packages is in `bundle`.
//! `installers/linux/appimage/AppRun` starts the window. Absent: what the system always has, in `host-libraries.txt`.

mod bundle;
mod runtime;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::release::{Package, Release, VERSION, empty};
use super::stage::ID;
use crate::build::stage;
use crate::process::Process;

/// The file that starts an AppImage, at its root.
const START: &str = "AppRun";

/// Builds the AppImage.
///
/// # Errors
/// If a tool, a library or the runtime is missing, or the file system cannot be made.
pub(super) fn build(release: &Release) -> anyhow::Result<Package> {
    if !Process::new("mksquashfs").argument("-version").succeeds() {
        bail!("mksquashfs packs the AppImage and is not installed; as root: apt-get install squashfs-tools");
    }
    let runtime = runtime::select(release)?;
    let root = release.output.join("appimage");
    empty(&root)?;
    stage(&release.tree, &root.join("usr"))?;
    fs::copy(release.sources.join("appimage/AppRun"), root.join(START)).context("cannot copy AppRun")?;
    fs::set_permissions(root.join(START), fs::Permissions::from_mode(0o755))?;
    let desktop = format!("{ID}.desktop");
    symlink(format!("usr/share/applications/{desktop}"), root.join(&desktop))?;
    for icon in [format!("{ID}.png"), ".DirIcon".to_owned()] {
        symlink(format!("usr/share/icons/hicolor/256x256/apps/{ID}.png"), root.join(icon))?;
    }
    bundle::fill(release, &root)?;
    bundle::check(&release.source("appimage/host-libraries.txt")?, &root.join("bundle"))?;

    let image = release.output.join("appimage.squashfs");
    Process::new("mksquashfs")
        .arguments([&root, &image])
        .arguments(["-root-owned", "-noappend", "-quiet", "-no-progress", "-b", "1M", "-comp"])
        .arguments(runtime.compression)
        .arguments(["-mkfs-time", &release.time, "-all-time", &release.time])
        .without_variable("SOURCE_DATE_EPOCH")
        .run()?;
    let path = release.output.join(format!("alexandria-{VERSION}-{}.AppImage", std::env::consts::ARCH));
    let whole = [runtime.program, fs::read(&image).context("cannot read the packed file system")?].concat();
    fs::write(&path, whole).with_context(|| format!("cannot write {}", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    fs::remove_file(&image)?;
    starts(release, &path)?;
    Ok(Package { kind: "appimage", path, prefix: "squashfs-root/usr/", list })
}

/// Unpacks the AppImage and starts its programs, the window on a virtual display.
fn starts(release: &Release, path: &Path) -> anyhow::Result<()> {
    let folder = release.output.join("appimage-test");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Process::new("sh")
        .argument(release.sources.join("appimage/test.sh"))
        .arguments([path, &folder])
        .argument(VERSION)
        .run()?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
}

/// Lists only what every package has.
fn list(path: &Path) -> Process {
    // Without a valid runtime at the start, no file system is found, and every file is reported as missing.
    let offset = fs::read(path).ok().and_then(|image| runtime::length(&image)).unwrap_or(0);
    Process::new("unsquashfs").arguments(["-lln", "-offset", &offset.to_string()]).argument(path).argument("usr")
}

#[cfg(test)]
mod tests;
