//! System packages: compilers, the libraries of the web view, and what the tests of the real window need.
//!
//! On Debian and Ubuntu they are installed if we are root. On other systems nothing is changed: the error names what is missing
//! and the command that installs it.

pub(super) mod debian;

use anyhow::bail;

use super::python;
use crate::process::{NPM, Process};

/// A program or library that a build needs, and a command that succeeds if it is there.
struct Need {
    name: &'static str,
    probe: &'static [&'static str],
}

const EVERYWHERE: &[Need] = &[
    Need { name: "cmake", probe: &["cmake", "--version"] },
    Need { name: "protoc", probe: &["protoc", "--version"] },
    Need { name: "node", probe: &["node", "--version"] },
    Need { name: "npm", probe: &[NPM, "--version"] },
];

const LINUX: &[Need] = &[
    Need { name: "cc", probe: &["cc", "--version"] },
    Need { name: "webkit2gtk-4.1", probe: &["pkg-config", "--exists", "webkit2gtk-4.1"] },
    Need { name: "librsvg", probe: &["pkg-config", "--exists", "librsvg-2.0"] },
    Need { name: "xdo", probe: &["pkg-config", "--exists", "libxdo"] },
];

const MACOS: &[Need] = &[Need { name: "Xcode's command line tools", probe: &["xcode-select", "--print-path"] }];

/// Commands that install what is needed, by package manager.
const INSTALL_COMMANDS: &[(&str, &str)] = &[
    ("brew", "xcode-select --install; brew install cmake protobuf node python3"),
    (
        "winget",
        "winget install Kitware.CMake Google.Protobuf OpenJS.NodeJS.LTS Python.Python.3.12 StrawberryPerl.StrawberryPerl Microsoft.VisualStudio.2022.BuildTools",
    ),
    (
        "dnf",
        "sudo dnf install @development-tools clang lld cmake protobuf-compiler protobuf-devel webkit2gtk4.1-devel libappindicator-gtk3-devel librsvg2-devel libxdo-devel openssl-devel perl patchelf nodejs-npm python3",
    ),
    (
        "pacman",
        "sudo pacman -S --needed base-devel clang lld cmake protobuf webkit2gtk-4.1 libappindicator-gtk3 librsvg xdotool openssl perl patchelf nodejs npm python",
    ),
    (
        "zypper",
        "sudo zypper install -t pattern devel_basis; sudo zypper install clang lld cmake protobuf-devel webkit2gtk3-devel libappindicator3-devel librsvg-devel xdotool-devel libopenssl-devel patchelf nodejs npm python311",
    ),
];

/// Installs the system packages that are missing.
///
/// # Errors
/// If some are missing and cannot be installed from here.
pub(super) fn ensure() -> anyhow::Result<()> {
    if debian::is_here() {
        return debian::ensure();
    }
    let needs = EVERYWHERE.iter().chain(match std::env::consts::OS {
        "linux" => LINUX,
        "macos" => MACOS,
        _ => &[],
    });
    let mut missing: Vec<&str> = needs.filter(|need| !is_met(need)).map(|need| need.name).collect();
    if python::found().is_none() {
        missing.push("python 3.11 or newer");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let known = INSTALL_COMMANDS.iter().find(|(installer, _)| Process::new(installer).argument("--version").succeeds());
    let advice = known.map_or("install them with this system's package manager", |(_, line)| line);
    bail!("needed and not found: {}. Then run again:\n  {advice}", missing.join(", "))
}

fn is_met(need: &Need) -> bool {
    need.probe.split_first().is_some_and(|(program, arguments)| Process::new(program).arguments(arguments).succeeds())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Homebrew's versioned formulae install no `python3`.
    #[test]
    fn homebrew_installs_python3() {
        let (_, line) = INSTALL_COMMANDS.iter().find(|(installer, _)| *installer == "brew").unwrap();
        assert!(line.split_whitespace().any(|package| package == "python3"), "{line}");
    }

    #[test]
    fn need_is_met_by_a_program_that_succeeds() {
        let check = |probe, expect| assert_eq!(is_met(&Need { name: "", probe }), expect, "{probe:?}");
        check(&["cargo", "--version"], true);
        check(&["cargo", "no-such-command"], false);
        check(&["no-such-program"], false);
        check(&[], false);
    }
}
