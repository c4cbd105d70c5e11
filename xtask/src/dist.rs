//! `cargo xtask dist`: the packages that readers install, from a release build.
//!
//! Packages of one system hold the same tree, which is put together once; `installers` has the files that are not built.
//! Packages for Windows and macOS are made from programs that were built there, and those for Windows on any system.

#[cfg(target_os = "linux")]
mod appimage;
#[cfg(target_os = "linux")]
mod apt;
#[cfg(target_os = "linux")]
mod archive;
mod commit;
#[cfg(target_os = "linux")]
mod contents;
#[cfg(target_os = "linux")]
mod deb;
mod documents;
#[cfg(target_os = "linux")]
mod drill;
#[cfg(target_os = "linux")]
mod finished;
#[cfg(target_os = "linux")]
mod flatpak;
#[cfg(target_os = "linux")]
mod install_test;
#[cfg(target_os = "linux")]
mod integration;
mod licences;
#[cfg(target_os = "linux")]
mod linux;
mod macos;
#[cfg(target_os = "linux")]
mod materials;
#[cfg(target_os = "linux")]
mod metainfo;
mod options;
mod parts;
mod platform;
#[cfg(target_os = "linux")]
mod programs;
#[cfg(target_os = "linux")]
mod release;
#[cfg(target_os = "linux")]
mod root;
#[cfg(target_os = "linux")]
mod rpm;
mod runtime;
mod sbom;
#[cfg(target_os = "linux")]
mod signer;
#[cfg(target_os = "linux")]
mod sizes;
#[cfg(target_os = "linux")]
mod stage;
mod tree;
mod windows;

use std::fs;

use anyhow::{Context as _, bail};

#[cfg(target_os = "linux")]
pub(crate) use self::drill::run as drill;
#[cfg(target_os = "linux")]
pub(crate) use self::finished::test_finished;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::{AptOptions, RepositoryOptions, publish_apt, publish_rpm};
#[cfg(target_os = "linux")]
pub(crate) use self::materials::write as write_materials;
pub(crate) use self::options::Options;

use crate::process::say;
use crate::workspace::Workspace;

/// A system that packages are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Linux,
    Windows,
    MacOs,
}

/// Builds the packages that `options` ask for, or those of this system.
///
/// # Errors
/// If there is no such kind, a package cannot be built, or it does not contain what it should.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    // A Flatpak is for Linux, wherever this runs.
    let system = if options.flatpak_sources.is_some() { System::Linux } else { system(&options.only)? };
    let packages = match system {
        #[cfg(target_os = "linux")]
        System::Linux => linux::run(workspace, options)?,
        #[cfg(not(target_os = "linux"))]
        System::Linux => bail!("packages for Linux are made on Linux"),
        System::Windows => windows::run(workspace, options)?,
        System::MacOs => macos::run(workspace, options)?,
    };
    let Some(out) = &options.out else { return Ok(()) };
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    for package in packages {
        let target = out.join(package.file_name().unwrap_or_default());
        if package.is_dir() {
            tree::replace(&package, &target)?;
        } else {
            fs::copy(&package, &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
        say(&target.display().to_string());
    }
    Ok(())
}

/// The system of these kinds of packages, or this one.
fn system(kinds: &[String]) -> anyhow::Result<System> {
    let of = |kind: &String| match kind.as_str() {
        "nsis" | "msi" => System::Windows,
        "app" | "dmg" => System::MacOs,
        _ => System::Linux,
    };
    let here = match std::env::consts::OS {
        "windows" => System::Windows,
        "macos" => System::MacOs,
        _ => System::Linux,
    };
    let Some(first) = kinds.first() else { return Ok(here) };
    if kinds.iter().any(|kind| of(kind) != of(first)) {
        bail!("packages for different systems are made one after the other");
    }
    Ok(of(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_one_system_are_made_together() {
        let check = |kinds: &[&str], expect: Option<System>| {
            let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
            assert_eq!(system(&kinds).ok(), expect, "{kinds:?}");
        };
        check(&["nsis", "msi"], Some(System::Windows));
        check(&["app"], Some(System::MacOs));
        check(&["deb", "rpm"], Some(System::Linux));
        check(&["deb", "nsis"], None);
        #[cfg(target_os = "linux")]
        check(&[], Some(System::Linux));
    }
}
