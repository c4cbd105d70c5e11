//! Installs the Debian package in clean roots, uses it, upgrades it and removes it: `installers/linux/deb/test-in-root.sh`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::deb;
use super::release::{Release, VERSION};
use super::root::Root;
use crate::process::say;
use crate::workspace::Workspace;

/// Less than any version that was ever released.
pub(super) const OLDER_VERSION: &str = "0.0.1";

/// Where packages and the script are in the root.
const FOLDER: &str = "test";

/// Runs the script in a clean root of each suite, such as `bookworm`.
///
/// # Errors
/// If a root cannot be made, or a step of the script fails.
pub(super) fn run(workspace: &Workspace, release: &Release, newer: &Path, suites: &[String]) -> anyhow::Result<()> {
    if suites.is_empty() {
        return Ok(());
    }
    let older = deb::build(release, OLDER_VERSION)?.path;
    let script = release.sources.join("deb/test-in-root.sh");
    in_roots(workspace, &release.output.join("root"), [&script, &older, newer], suites)
}

/// Runs a script with packages as its arguments in a clean root of each suite, unpacked to `folder`.
///
/// # Errors
/// If a root cannot be made, or a step of the script fails.
pub(super) fn in_roots(
    workspace: &Workspace,
    folder: &Path,
    files: [&Path; 3],
    suites: &[String],
) -> anyhow::Result<()> {
    for suite in suites {
        let root = Root::unpack(workspace, suite, folder)?;
        let folder = root.path(FOLDER);
        fs::create_dir_all(&folder)?;
        let names: Vec<String> = files
            .into_iter()
            .map(|file| {
                let name = file.file_name().unwrap_or_default();
                fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
                Ok(format!("/{FOLDER}/{}", name.to_string_lossy()))
            })
            .collect::<anyhow::Result<_>>()?;
        say(&format!("install-test: Debian {suite}, {VERSION}"));
        root.shell(names).run()?;
    }
    Ok(())
}
