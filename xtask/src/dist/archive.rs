//! The portable archive: unpacked anywhere, its `bin` starts in place, because the programs find the rest from there.

use std::path::Path;

use anyhow::bail;

use super::release::{Package, Release, VERSION};
use crate::process::Process;

/// Packs the tree.
///
/// # Errors
/// If tar fails or zstd is not installed.
pub(super) fn build(release: &Release) -> anyhow::Result<Package> {
    if !Process::new("zstd").argument("--version").succeeds() {
        bail!("zstd compresses the archive and is not installed; as root: apt-get install zstd");
    }
    let folder = format!("alexandria-{VERSION}-linux-{}", std::env::consts::ARCH);
    let path = release.output.join(format!("{folder}.tar.zst"));
    Process::new("tar")
        .arguments(["--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--format=posix"])
        .arguments(["--pax-option=delete=atime,delete=ctime", "--use-compress-program=zstd -19 --long=27 -T0 --quiet"])
        .argument(format!("--mtime=@{}", release.time))
        .argument(format!("--transform=s,^\\.,{folder},"))
        .arguments(["--directory".as_ref(), release.tree.as_os_str(), "--file".as_ref(), path.as_os_str()])
        .argument(".")
        .run()?;
    Ok(Package { kind: "tar.zst", path, prefix: "", list })
}

fn list(path: &Path) -> Process {
    Process::new("tar")
        .arguments(["--list", "--verbose", "--strip-components=1", "--show-transformed-names", "--file"])
        .argument(path)
}
