//! `cargo xtask dist`: the packages that readers install, from a release build.
//!
//! Every package holds the same tree, which [`stage`] puts together once; `installers/linux` has the files that are not
//! built, and the list of what a package contains, with which each finished package is compared. Absent: signing, and every
//! system but Linux.

mod archive;
mod contents;
mod deb;
mod install_test;
mod integration;
mod licences;
mod metainfo;
mod programs;
mod release;
mod sizes;
mod stage;

use std::path::{Path, PathBuf};

use anyhow::bail;

use self::release::{Release, VERSION};
use crate::build::{self, Profile};
use crate::process::say;
use crate::setup;
use crate::workspace::Workspace;

/// Builds the packages, prints their sizes, and tests the Debian package in a clean root of each of the suites. The programs
/// are those of the folder, and built if there is none.
///
/// # Errors
/// If the release build or a packaging program fails, or the folder does not hold the programs; if a package lacks
/// something, contains something else, or has grown beyond its limit; if a test of the installed package fails.
pub(crate) fn run(workspace: &Workspace, programs: Option<&Path>, suites: &[String]) -> anyhow::Result<()> {
    let programs = programs_to_package(workspace, programs)?;
    let release = Release::new(workspace)?;
    stage::run(workspace, &programs, &release)?;
    integration::check(&release.tree)?;
    let deb = deb::build(&release, VERSION)?;
    let installed = deb.path.clone();
    let packages = [archive::build(&release)?, deb];
    let expected = release.source("contents.txt")?;
    for package in &packages {
        let differences = contents::differences(&expected, &package.contents()?);
        if !differences.is_empty() {
            bail!("{}:\n{}", package.path.display(), differences.join("\n"));
        }
    }
    let table = sizes::table(&release.source("sizes.txt")?, &packages)?;
    say(&table);
    install_test::run(workspace, &release, &installed, suites)
}

fn programs_to_package(workspace: &Workspace, built: Option<&Path>) -> anyhow::Result<PathBuf> {
    let Some(folder) = built else { return build::run(workspace, Profile::Release) };
    programs::check(folder, VERSION)?;
    // Packages also contain the model and ONNX Runtime, and the licences of the UI's packages.
    setup::run(workspace)?;
    Ok(folder.to_owned())
}
