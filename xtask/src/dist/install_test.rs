//! Installs the Debian package in clean roots, uses it, upgrades it and removes it: `installers/linux/deb/test-in-root.sh`.
//!
//! A root is made once by mmdebstrap and kept as an archive in the cache folder; each test unpacks it and throws it away.
//! Needs root's rights, for `chroot`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::deb;
use super::release::{Release, VERSION};
use crate::process::{Process, say};
use crate::workspace::Workspace;

/// Less than any version that was ever released.
const OLDER_VERSION: &str = "0.0.1";

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
    if !Process::new("mmdebstrap").argument("--version").succeeds() {
        bail!("mmdebstrap makes the clean roots and is not installed; as root: apt-get install mmdebstrap");
    }
    let older = deb::build(release, OLDER_VERSION)?.path;
    for suite in suites {
        let archive = archive(workspace, suite)?;
        let root = release.output.join("root");
        if root.exists() {
            fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
        }
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder)?;
        Process::new("tar")
            .arguments(["--extract", "--directory"])
            .arguments([&root])
            .argument("--file")
            .argument(&archive)
            .run()?;
        let script = release.sources.join("deb/test-in-root.sh");
        let names: Vec<String> = [script.as_path(), older.as_path(), newer]
            .into_iter()
            .map(|file| {
                let name = file.file_name().unwrap_or_default();
                fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
                Ok(format!("/{FOLDER}/{}", name.to_string_lossy()))
            })
            .collect::<anyhow::Result<_>>()?;
        say(&format!("install-test: Debian {suite}, {VERSION}"));
        // In a mount namespace of its own, so that nothing stays mounted, whatever happens.
        Process::new("unshare")
            .arguments(["--mount", "--fork", "sh", "-euc"])
            .argument("cd \"$0\"; for name in proc sys dev; do mount --rbind /$name $name; done; cp /etc/resolv.conf etc; exec chroot . sh \"$@\"")
            .argument(&root)
            .arguments(names)
            .run()?;
        fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    }
    Ok(())
}

/// The archive of a root with nothing but apt and what it needs.
fn archive(workspace: &Workspace, suite: &str) -> anyhow::Result<PathBuf> {
    let folder = workspace.cache().join("roots");
    let path = folder.join(format!("{suite}.tar"));
    if !path.is_file() {
        fs::create_dir_all(&folder)?;
        let unfinished = folder.join(format!("{suite}.part.tar"));
        Process::new("mmdebstrap")
            .arguments(["--quiet", "--variant=apt", "--include=ca-certificates,passwd", suite])
            .argument(&unfinished)
            .run()?;
        fs::rename(&unfinished, &path).with_context(|| format!("cannot rename {}", unfinished.display()))?;
    }
    Ok(path)
}
