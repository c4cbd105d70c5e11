//! Tests of finished packages, as they are published: the Debian package in clean roots, the AppImage unpacked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::install_test::{OLDER_VERSION, in_roots};
use super::release::VERSION;
use crate::process::Process;
use crate::workspace::Workspace;

/// The suites of Debian in which a finished package is tested: the oldest that it is for, and the newest.
const SUITES: &[&str] = &["bookworm", "trixie"];

/// Tests `package` if it is of one of these kinds and for this processor, and returns whether it is.
///
/// # Errors
/// If a step of the test fails.
pub(crate) fn test_finished(workspace: &Workspace, package: &Path, scratch: &Path) -> anyhow::Result<bool> {
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    if !is_for(&name, std::env::consts::ARCH) {
        return Ok(false);
    }
    if name.ends_with(".AppImage") {
        let test = workspace.root().join("installers/linux/appimage/test.sh");
        Process::new("chmod").argument("755").argument(package).run()?;
        Process::new("sh").arguments([&test, package, &scratch.join("unpacked")]).argument(VERSION).run()?;
        return Ok(true);
    }
    if !name.ends_with(".deb") {
        return Ok(false);
    }
    let older = older(package, scratch)?;
    let script = workspace.root().join("installers/linux/deb/test-in-root.sh");
    let suites: Vec<String> = SUITES.iter().map(ToString::to_string).collect();
    in_roots(workspace, &scratch.join("root"), [&script, &older, package], &suites)?;
    Ok(true)
}

/// Whether a file name, which names a processor, names this one.
fn is_for(name: &str, processor: &str) -> bool {
    let other = if processor == "aarch64" { ["x86_64", "amd64"] } else { ["aarch64", "arm64"] };
    !other.iter().any(|other| name.contains(other))
}

/// The same package with a version that is older than any other, to be upgraded from.
fn older(package: &Path, scratch: &Path) -> anyhow::Result<PathBuf> {
    let (folder, older) = (scratch.join("older"), scratch.join("older.deb"));
    Process::new("dpkg-deb").argument("--raw-extract").argument(package).argument(&folder).run()?;
    let control = folder.join("DEBIAN/control");
    let text = fs::read_to_string(&control).with_context(|| format!("cannot read {}", control.display()))?;
    fs::write(&control, with_version(&text, OLDER_VERSION)?)?;
    Process::new("dpkg-deb")
        .arguments(["--root-owner-group", "-Zgzip", "-z1", "--build"])
        .arguments([&folder, &older])
        .run()?;
    Ok(older)
}

fn with_version(control: &str, version: &str) -> anyhow::Result<String> {
    let replaced = control
        .lines()
        .map(|line| if line.starts_with("Version: ") { format!("Version: {version}") } else { line.to_owned() });
    let text = replaced.collect::<Vec<_>>().join("\n") + "\n";
    ensure!(text != control, "the package has the version {version}, or none");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_package_differs_in_its_version_only() {
        let control = "Package: alexandria\nVersion: 1.4.0\nDepends: libc6 (>= 2.35)\n";
        let expect = "Package: alexandria\nVersion: 0.0.1\nDepends: libc6 (>= 2.35)\n";
        assert_eq!(with_version(control, "0.0.1").unwrap(), expect);
        assert!(with_version("Package: alexandria\n", "0.0.1").is_err());
        assert!(with_version(expect, "0.0.1").is_err());
    }

    #[test]
    fn packages_for_other_processors_are_left_alone() {
        let check = |name, processor, expect| assert_eq!(is_for(name, processor), expect, "{name} on {processor}");
        check("alexandria_1.4.0_amd64.deb", "x86_64", true);
        check("alexandria_1.4.0_arm64.deb", "x86_64", false);
        check("alexandria_1.4.0_arm64.deb", "aarch64", true);
        check("alexandria-1.4.0-linux-x86_64.AppImage", "aarch64", false);
    }
}
