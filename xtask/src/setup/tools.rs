//! Programs that only checks and tests need: cargo-deny, linters for workflows, the WebDriver for the window, the fuzzer.

use std::fs;

use super::venv;
use crate::process::say;
use crate::workspace::Workspace;

/// A program from the Rust registry at a fixed version.
struct Tool {
    name: &'static str,
    version: &'static str,
}

const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
const CARGO_FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };
const TAURI_DRIVER: Tool = Tool { name: "tauri-driver", version: "2.1.0" };

/// Installs what `tidy` runs besides cargo and npm.
///
/// # Errors
/// If something cannot be installed.
pub(crate) fn lint_tools(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, &CARGO_DENY)?;
    venv::ensure(&workspace.cache().join("venv"), &workspace.root().join("xtask/lint/requirements.txt"))
}

/// Installs an S3 server for tests.
///
/// # Errors
/// If it cannot be installed.
pub(crate) fn s3_server(workspace: &Workspace) -> anyhow::Result<()> {
    venv::ensure(&workspace.tools().join("s3"), &workspace.root().join("xtask/s3/requirements.txt"))
}

/// Installs what drives the window in tests, on Linux only.
///
/// # Errors
/// If it cannot be installed.
pub(crate) fn window_driver(workspace: &Workspace) -> anyhow::Result<()> {
    if cfg!(target_os = "linux") { install(workspace, &TAURI_DRIVER) } else { Ok(()) }
}

/// Installs the fuzzer. The nightly compiler that it needs is not installed here.
///
/// # Errors
/// If it cannot be installed.
pub(crate) fn fuzzer(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, &CARGO_FUZZ)
}

fn install(workspace: &Workspace, tool: &Tool) -> anyhow::Result<()> {
    let folder = workspace.tools();
    let record = fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
    let program = folder.join("bin").join(tool.name).with_extension(std::env::consts::EXE_EXTENSION);
    if program.is_file() && is_recorded(&record, tool) {
        return Ok(());
    }
    say(&format!("setup: installing {} {}", tool.name, tool.version));
    // Not optimised: this halves the compile time, and these programs run briefly.
    let cargo = workspace.cargo().variable("CARGO_TARGET_DIR", folder.join("target"));
    cargo
        .variable("CARGO_PROFILE_DEV_DEBUG", "0")
        .arguments(["install", tool.name, "--version", tool.version, "--locked", "--profile", "dev", "--quiet"])
        .argument("--root")
        .argument(&folder)
        .run()
}

/// Whether cargo's record of a folder names the tool at this version.
fn is_recorded(record: &str, tool: &Tool) -> bool {
    record.contains(&format!("\"{} {} (", tool.name, tool.version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pinned_version_counts_as_installed() {
        let record = "[v1]\n\"cargo-deny 0.20.2 (registry+index)\" = [\"cargo-deny\"]\n";
        let check = |name, version, expect| {
            assert_eq!(is_recorded(record, &Tool { name, version }), expect, "{name} {version}");
        };
        check("cargo-deny", "0.20.2", true);
        check("cargo-deny", "0.20.1", false);
        check("cargo-deny", "0.20", false);
        check("deny", "0.20.2", false);
    }
}
