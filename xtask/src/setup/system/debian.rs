//! Debian and Ubuntu: asks dpkg what is missing, and apt for that only.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;

use crate::process::{Process, say};

/// What builds and tests need. Node is asked for apart, because most people have it from elsewhere.
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
    // Tests: the real window on a virtual screen, a keychain, a look at every file that is written, another clock.
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
];

/// Whether this is Debian or made from it.
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
    // Exits with an error when a package is unknown to it, which is an answer like any other.
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

/// apt, without output that only counts, waiting for others who install.
fn apt() -> Process {
    Process::new("apt-get").variable("DEBIAN_FRONTEND", "noninteractive").arguments([
        "--quiet=2",
        "-o",
        "DPkg::Lock::Timeout=600",
        "-o",
        "Dpkg::Use-Pty=0",
    ])
}

/// Those of `wanted` that dpkg's answer (`status name` a line) does not call installed.
fn missing<'a>(wanted: &[&'a str], answer: &str) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = answer.lines().filter_map(|line| line.strip_prefix("installed ")).collect();
    wanted.iter().copied().filter(|package| !installed.contains(package)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_dpkg_calls_installed_is_there() {
        let check = |answer: &str, expect: &[&str]| assert_eq!(missing(&["xvfb", "strace"], answer), expect);
        check("", &["xvfb", "strace"]);
        check("installed xvfb\ninstalled strace", &[]);
        check("installed xvfb\nnot-installed strace", &["strace"]);
        check("config-files xvfb\ninstalled strace\ninstalled other", &["xvfb"]);
        check("half-installed strace\ninstalled xvfb", &["strace"]);
    }

    #[test]
    fn no_package_is_named_twice() {
        assert_eq!(PACKAGES.iter().collect::<BTreeSet<_>>().len(), PACKAGES.len());
    }
}
