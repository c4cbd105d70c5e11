//! The package for Fedora, openSUSE and others with RPM, made by rpmbuild from `installers/linux/rpm/alexandria.spec`.
//!
//! Absent: its signature, which [`repository`] adds.

pub(super) mod repository;

use std::path::Path;

use anyhow::bail;

use super::release::{Package, Release, empty};
use crate::process::Process;

/// Lists files as the other tools do: permissions, owner, size, date, time, path. The time is in seconds since 1970.
const LISTING: &str =
    "[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILESIZES} %{FILEMTIMES} - %{FILENAMES}\\n]";

/// Builds the package, with this version.
///
/// # Errors
/// If rpmbuild is not installed or fails.
pub(super) fn build(release: &Release, version: &str) -> anyhow::Result<Package> {
    if !Process::new("rpmbuild").argument("--version").succeeds() {
        bail!("rpmbuild makes the package and is not installed; as root: apt-get install rpm");
    }
    let folder = release.output.join("rpm");
    empty(&folder)?;
    let name = format!("alexandria-{version}-1.{}.rpm", std::env::consts::ARCH);
    let define = |name: &str, value: &dyn std::fmt::Display| ["--define".to_owned(), format!("{name} {value}")];
    Process::new("rpmbuild")
        .arguments(["-bb", "--quiet", "--target", std::env::consts::ARCH])
        .arguments(define("_topdir", &folder.display()))
        .arguments(define("_rpmdir", &release.output.display()))
        .arguments(define("_rpmfilename", &name))
        .arguments(define("version_", &version))
        .arguments(define("tree", &release.tree.display()))
        .arguments(define("time", &release.time))
        .argument(release.sources.join("rpm/alexandria.spec"))
        .variable("SOURCE_DATE_EPOCH", &release.time)
        .run()?;
    Ok(Package { kind: "rpm", path: release.output.join(name), prefix: "/usr/", list })
}

fn list(path: &Path) -> Process {
    Process::new("rpm").arguments(["--query", "--package", "--queryformat", LISTING]).argument(path)
}

#[cfg(test)]
mod tests;
