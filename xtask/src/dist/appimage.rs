//! The AppImage: one file that runs where it is, and brings WebKitGTK with it.
//!
//! The staged tree is in `usr`, as in every package, and everything from the system that packages is in `bundle`.
//! `installers/linux/appimage/AppRun` starts the window. Absent: what the system always has, in `host-libraries.txt`.

mod bundle;
mod runtime;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use self::runtime::Runtime;
use super::release::{Package, Release, VERSION, empty};
use super::stage::ID;
use crate::build::{self, SHIPPED, stage};
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

    let path = release.output.join(format!("alexandria-{VERSION}-{}.AppImage", std::env::consts::ARCH));
    pack(&root, &runtime, &release.time, &path)?;
    starts(release, &path)?;
    Ok(Package { kind: "appimage", path, prefix: "squashfs-root/usr/", list })
}

/// Writes the runtime and the packed content of `root` to a file. All times in it are `time`.
fn pack(root: &Path, runtime: &Runtime, time: &str, path: &Path) -> anyhow::Result<()> {
    let image = path.with_extension("squashfs");
    Process::new("mksquashfs")
        .arguments([root, &image])
        .arguments(["-root-owned", "-noappend", "-quiet", "-no-progress", "-b", "1M", "-comp"])
        .arguments(runtime.compression)
        .arguments(["-mkfs-time", time, "-all-time", time])
        .without_variable("SOURCE_DATE_EPOCH")
        .run()?;
    let packed = fs::read(&image).context("cannot read the packed file system")?;
    let whole = [runtime.program.as_slice(), &packed].concat();
    fs::write(path, whole).with_context(|| format!("cannot write {}", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    fs::remove_file(&image).with_context(|| format!("cannot remove {}", image.display()))
}

/// Packs an AppImage for tests again, with the programs in another folder and without starting them. `scratch` is emptied,
/// and has the result.
///
/// # Errors
/// If it is no AppImage for tests, or cannot be unpacked or packed.
pub(super) fn with_programs(image: &Path, programs: &Path, scratch: &Path) -> anyhow::Result<PathBuf> {
    empty(scratch)?;
    let mut program = fs::read(image).with_context(|| format!("cannot read {}", image.display()))?;
    let length = runtime::length(&program).with_context(|| format!("{} is no AppImage", image.display()))?;
    program.truncate(length);
    let root = scratch.join("root");
    let unpack =
        Process::new("unsquashfs").arguments(["-quiet", "-no-progress", "-offset", &length.to_string(), "-dest"]);
    unpack.arguments([&root, image]).run()?;
    for name in SHIPPED {
        let target = build::program(&root.join("usr/bin"), name);
        fs::copy(build::program(programs, name), &target)
            .with_context(|| format!("cannot replace {}", target.display()))?;
    }
    let path = scratch.join("packed.AppImage");
    pack(&root, &Runtime { program, compression: runtime::TEST_COMPRESSION }, "0", &path)?;
    Ok(path)
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
