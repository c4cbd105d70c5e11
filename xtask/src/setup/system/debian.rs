//! Debian and Ubuntu: dpkg lists what is missing, and apt installs only that.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;

use crate::process::{Process, say};

/// What builds and tests need. Node is handled separately, because most people have it from another source.
pub(in crate::setup) const PACKAGES: &[&str] = &[
    // Compilers and generators.
    "build-essential",
    "pkg-config",
    "cmake",
    "clang",
    "lld",
    "mold",
    "protobuf-compiler",
    "libprotobuf-dev",
    "patchelf",
    "file",
    "python3",
    "python3-venv",
    // The web view and what a window needs.
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libssl-dev",
    // Tests: the window on a virtual screen, a keychain, tracing of file writes, another clock.
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "xdotool",
    "dbus-x11",
    "gnome-keyring",
    "strace",
    "faketime",
    "procps",
    "imagemagick",
    "fonts-dejavu-core",
    "fonts-noto-cjk",
    // Tests of the sync server.
    "nginx",
    "postgresql",
    "redis-server",
    // Packages, and what desktops read from them.
    "appstream",
    "apt-utils",
    "createrepo-c",
    "desktop-file-utils",
    "gnupg",
    "gpgv",
    "nsis",
    "openssh-client",
    "openssl",
    "osslsigncode",
    "rpm",
    "squashfs-tools",
    "wixl",
];

/// Whether this is Debian or derived from it.
pub(super) fn is_here() -> bool {
    Path::new("/etc/debian_version").is_file() && Process::new("dpkg-query").argument("--version").succeeds()
}

/// Installs what is missing.
///
/// # Errors
/// If we are not root, or apt fails.
pub(super) fn ensure() -> anyhow::Result<()> {
    let mut wanted = PACKAGES.to_vec();
    if !Process::new("node").argument("--version").succeeds() {
        wanted.extend(["nodejs", "npm"]);
    }
    // It exits with an error for unknown packages, which counts as not installed.
    let query = Process::new("dpkg-query")
        .arguments(["--show", "--showformat", "${db:Status-Status} ${Package}\\n"])
        .arguments(&wanted);
    let missing = missing(&wanted, &query.output()?);
    if missing.is_empty() {
        return Ok(());
    }
    if Process::new("id").argument("-u").output()? != "0" {
        bail!("system packages are missing. Then run again:\n  sudo apt-get install {}", missing.join(" "));
    }
    say(&format!("setup: installing system packages: {}", missing.join(" ")));
    apt().argument("update").run()?;
    apt().arguments(["install", "--yes", "--no-install-recommends"]).arguments(missing).run()
}

/// apt without progress output, waiting for other installations to end.
fn apt() -> Process {
    Process::new("apt-get").variable("DEBIAN_FRONTEND", "noninteractive").arguments([
        "--quiet=2",
        "-o",
        "DPkg::Lock::Timeout=600",
        "-o",
        "Dpkg::Use-Pty=0",
    ])
}

/// Those of `wanted` that are not installed according to dpkg's output (`status name` lines).
fn missing<'a>(wanted: &[&'a str], output: &str) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = output.lines().filter_map(|line| line.strip_prefix("installed ")).collect();
    wanted.iter().copied().filter(|package| !installed.contains(package)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_are_not_missing() {
        let check = |output: &str, expect: &[&str]| assert_eq!(missing(&["xvfb", "strace"], output), expect);
        check("", &["xvfb", "strace"]);
        check("installed xvfb\ninstalled strace", &[]);
        check("installed xvfb\nnot-installed strace", &["strace"]);
        check("config-files xvfb\ninstalled strace\ninstalled other", &["xvfb"]);
        check("half-installed strace\ninstalled xvfb", &["strace"]);
    }

    #[test]
    fn packages_are_listed_once() {
        assert_eq!(PACKAGES.iter().collect::<BTreeSet<_>>().len(), PACKAGES.len());
    }
}
