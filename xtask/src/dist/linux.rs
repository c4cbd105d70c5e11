//! The packages for Linux: what `dist` makes on Linux if nothing else is asked for, and the repositories that they are published
//! in.
//!
//! Every package holds the same tree, which [`stage`] puts together once; `installers/linux` has the files that are not
//! built, and the list of what a package contains, with which each finished package is compared. [`apt`] and
//! [`rpm::repository`] publish them.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::options::Options;
use super::release::{Package, Release, VERSION};
use super::signer::Signer;
use super::{appimage, apt, archive, contents, deb, flatpak, install_test, integration, programs, rpm, sizes, stage};
use crate::build::{self, Profile};
use crate::process::say;
use crate::setup;
use crate::workspace::Workspace;

/// A kind of package: the name that `installers/linux/sizes.txt` gives it, and what builds it.
type Kind = (&'static str, fn(&Release) -> anyhow::Result<Package>);

const KINDS: &[Kind] = &[
    ("tar.zst", archive::build),
    ("appimage", appimage::build),
    ("rpm", |release| rpm::build(release, VERSION)),
    (DEB, |release| deb::build(release, VERSION)),
];

/// The kind that is tested in clean roots.
const DEB: &str = "deb";

/// Builds the packages, prints their sizes, and tests the Debian package in clean roots. Returns their paths. Or writes the
/// sources of the Flatpak.
///
/// # Errors
/// If there is no such kind; if the release build or a packaging program fails, or the folder does not hold the programs; if
/// a package lacks something, contains something else, or has grown beyond its limit; if a test of the installed package
/// fails.
pub(super) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<Vec<PathBuf>> {
    if let Some(folder) = &options.flatpak_sources {
        flatpak::write(workspace, folder)?;
        return Ok(Vec::new());
    }
    let kinds = selected(&options.only)?;
    if !options.install_test.is_empty() && !kinds.iter().any(|(kind, _)| *kind == DEB) {
        bail!("only the Debian package is tested in clean roots; add --only {DEB}");
    }
    let programs = programs_to_package(workspace, options.programs.as_deref())?;
    let release = Release { appimage_runtime: options.appimage_runtime.clone(), ..Release::new(workspace)? };
    stage::run(workspace, &programs, &release)?;
    if let Some(update) = &options.update {
        stage::add_update(update, &release.tree)?;
    }
    integration::check(&release.tree)?;
    let packages = kinds.iter().map(|(_, build)| build(&release)).collect::<anyhow::Result<Vec<Package>>>()?;
    let mut expected = release.source("contents.txt")?;
    if options.update.is_some() {
        expected += &release.source("contents-update.txt")?;
    }
    for package in &packages {
        let differences = contents::differences(&expected, &package.contents()?);
        if !differences.is_empty() {
            bail!("{}:\n{}", package.path.display(), differences.join("\n"));
        }
    }
    let table = sizes::table(&release.source("sizes.txt")?, &packages)?;
    say(&table);
    if let Some(deb) = packages.iter().find(|package| package.kind == DEB) {
        install_test::run(workspace, &release, &deb.path, &options.install_test)?;
    }
    Ok(packages.into_iter().map(|package| package.path).collect())
}

/// Where packages are published.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub(crate) struct RepositoryOptions {
    /// Packages to add; without any, the suite is only signed again.
    pub(crate) packages: Vec<PathBuf>,
    /// The folder of the repository.
    #[arg(long, value_name = "DIR")]
    pub(crate) repository: PathBuf,
    /// The key that signs, as GnuPG knows it.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: String,
    /// The suite: stable or beta.
    #[arg(long, default_value = "stable")]
    pub(crate) suite: String,
}

impl RepositoryOptions {
    fn signer(&self) -> Signer {
        Signer { key: self.key.clone(), home: None }
    }
}

/// Adds packages to a repository for dnf and zypper and signs both.
///
/// # Errors
/// If a tool fails or is missing, or the key cannot sign.
pub(crate) fn publish_rpm(options: &RepositoryOptions) -> anyhow::Result<()> {
    rpm::repository::publish(&options.repository, &options.suite, &options.packages, &options.signer())
}

/// What `cargo xtask apt` asks for.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub(crate) struct AptOptions {
    #[command(flatten)]
    pub(crate) repository: Option<RepositoryOptions>,
    /// Publish nothing: test with a repository and a key of its own in a clean root of this suite of Debian.
    #[arg(
        long,
        value_name = "SUITE",
        conflicts_with = "RepositoryOptions",
        required_unless_present = "RepositoryOptions"
    )]
    pub(crate) test: Option<String>,
}

/// Adds packages to an APT repository and signs it, or tests that.
///
/// # Errors
/// If a tool fails or is missing, the key cannot sign, or a step of the test fails.
pub(crate) fn publish_apt(workspace: &Workspace, options: &AptOptions) -> anyhow::Result<()> {
    let AptOptions { repository, test } = options;
    match (test, repository) {
        (Some(debian), _) => apt::test::run(workspace, debian),
        (None, Some(options)) => {
            let RepositoryOptions { packages, repository, suite, .. } = options;
            apt::publish(repository, suite, packages, &options.signer(), apt::VALID_SECONDS)
        }
        (None, None) => bail!("name the folder of the repository and the key that signs"),
    }
}

/// The kinds of these names, or all.
fn selected(names: &[String]) -> anyhow::Result<Vec<&'static Kind>> {
    if let Some(unknown) = names.iter().find(|name| !KINDS.iter().any(|(kind, _)| kind == name)) {
        let known = KINDS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(", ");
        bail!("there is no package of the kind {unknown}; there are {known}");
    }
    Ok(KINDS.iter().filter(|(kind, _)| names.is_empty() || names.iter().any(|name| name == kind)).collect())
}

fn programs_to_package(workspace: &Workspace, built: Option<&Path>) -> anyhow::Result<PathBuf> {
    let Some(folder) = built else { return build::run(workspace, Profile::Release) };
    programs::check(folder, VERSION)?;
    // Packages also contain the model and ONNX Runtime, and the licences of the UI's packages.
    setup::run(workspace)?;
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_selected_by_kind() {
        let check = |names: &[&str], expect: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let kinds = selected(&names).unwrap();
            assert_eq!(kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), expect);
        };
        check(&[], &["tar.zst", "appimage", "rpm", "deb"]);
        check(&["deb", "tar.zst"], &["tar.zst", "deb"]);
        let error = selected(&["exe".to_owned()]).unwrap_err().to_string();
        assert_eq!(error, "there is no package of the kind exe; there are tar.zst, appimage, rpm, deb");
    }
}
