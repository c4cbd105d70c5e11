//! Clean Debian roots for tests of packages. Needs root's rights, for `chroot`.
//!
//! A root is made once by mmdebstrap and kept as an archive in the cache folder; each test unpacks it and throws it away.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::release::empty;
use crate::process::Process;
use crate::workspace::Workspace;

/// An unpacked root, which is removed when it is dropped.
#[derive(Debug)]
pub(super) struct Root {
    folder: PathBuf,
}

impl Root {
    /// Unpacks the root of a suite, such as `bookworm`, to this folder.
    ///
    /// # Errors
    /// If it cannot be made or unpacked.
    pub(super) fn unpack(workspace: &Workspace, suite: &str, folder: &Path) -> anyhow::Result<Self> {
        let archive = archive(workspace, suite)?;
        empty(folder)?;
        let root = Self { folder: folder.to_owned() };
        Process::new("tar")
            .arguments(["--extract", "--directory"])
            .argument(folder)
            .argument("--file")
            .argument(&archive)
            .run()?;
        Ok(root)
    }

    /// A path in it, as seen from outside. `path` has no slash at its start.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A shell script with arguments, in the root and in a mount namespace of its own, so that nothing stays mounted.
    pub(super) fn shell<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Process {
        Process::new("unshare")
            .arguments(["--mount", "--fork", "sh", "-euc"])
            .argument("cd \"$0\"; for name in proc sys dev; do mount --rbind /$name $name; done; cp /etc/resolv.conf etc; exec chroot . sh \"$@\"")
            .argument(&self.folder)
            .arguments(arguments)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        // What stays is removed by the next test.
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// The archive of a root with nothing but apt and what it needs.
fn archive(workspace: &Workspace, suite: &str) -> anyhow::Result<PathBuf> {
    let folder = workspace.cache().join("roots");
    let path = folder.join(format!("{suite}.tar"));
    if path.is_file() {
        return Ok(path);
    }
    if !Process::new("mmdebstrap").argument("--version").succeeds() {
        bail!("mmdebstrap makes the clean roots and is not installed; as root: apt-get install mmdebstrap");
    }
    fs::create_dir_all(&folder)?;
    let unfinished = folder.join(format!("{suite}.part.tar"));
    Process::new("mmdebstrap")
        .arguments(["--quiet", "--variant=apt", "--include=ca-certificates,passwd", suite])
        .argument(&unfinished)
        .run()?;
    fs::rename(&unfinished, &path).with_context(|| format!("cannot rename {}", unfinished.display()))?;
    Ok(path)
}
