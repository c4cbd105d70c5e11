//! Checks by other programs. Their output goes to the terminal; tidy adds what to do.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use super::finding::Finding;
use super::tree::Tree;
use crate::process::{NPM, say};
use crate::workspace::{PACKAGES, Workspace};

/// The formatting of every Rust file.
///
/// # Errors
/// If cargo cannot be started.
pub(super) fn rustfmt(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    run(cargo(tree)?.args(["fmt", "--all", "--check"]), "rustfmt", "run `cargo fmt --all`")
}

/// Every lint of rustc and clippy on every target, with warnings as errors.
///
/// # Errors
/// If cargo cannot be started.
pub(super) fn clippy(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut cargo = cargo(tree)?;
    cargo.args(["clippy", "--locked", "--all-targets"]).args(PACKAGES).args(["--", "-D", "warnings"]);
    run(&mut cargo, "clippy", "fix what it reports; an exception is `#[expect(lint, reason = \"…\")]`")
}

/// Licences, banned crates and sources of all dependencies (`deny.toml`). Not advisories: they need a network.
///
/// # Errors
/// If cargo or the program cannot be started.
pub(super) fn cargo_deny(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    // It checks the crates for all systems; a build fetches only those for its own.
    let unfetched =
        run(cargo(tree)?.args(["fetch", "--locked", "--quiet"]), "cargo fetch", "connect to a network once")?;
    if !unfetched.is_empty() {
        return Ok(unfetched);
    }
    let mut deny = Command::new(program("cargo-deny", &Workspace::at(tree.root())?.tools().join("bin")));
    deny.current_dir(tree.root());
    deny.args(["--offline", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    run(&mut deny, "cargo-deny", "choose another crate, or argue for an entry in deny.toml")
}

/// Security lints of the CI workflows: actions pinned by hash, minimal permissions, no injection.
///
/// # Errors
/// If the program is there but cannot be started.
pub(super) fn zizmor(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let advice = "fix the workflow";
    from_python(tree, "zizmor", &["--offline", "--no-progress", ".github/workflows"], advice)
}

/// The form of the CI workflows.
///
/// # Errors
/// If the program is there but cannot be started.
pub(super) fn workflow_schema(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut arguments = vec!["--builtin-schema", "vendor.github-workflows"];
    arguments.extend(workflows(tree));
    from_python(tree, "check-jsonschema", &arguments, "fix the workflow")
}

/// Runs a program to its end; a failure is a finding with advice.
///
/// # Errors
/// If it is there but cannot be started.
pub(super) fn run(command: &mut Command, name: &str, advice: &str) -> anyhow::Result<Vec<Finding>> {
    match command.status() {
        Ok(status) if status.success() => Ok(Vec::new()),
        Ok(_) => Ok(vec![Finding::general(format!("{name} failed, see its report above; {advice}"))]),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(vec![Finding::general(format!("{name} is not installed; run `cargo xtask setup`"))])
        }
        Err(error) => Err(error).with_context(|| format!("cannot start {name}")),
    }
}

/// npm, in the UI's folder.
pub(super) fn npm(tree: &Tree) -> Command {
    let mut npm = Command::new(NPM);
    npm.current_dir(tree.root().join("ui"));
    npm
}

/// The cargo that runs this program, so that one toolchain and one target directory do everything.
fn cargo(tree: &Tree) -> anyhow::Result<Command> {
    Ok(Workspace::at(tree.root())?.cargo().into_command())
}

/// Runs a linter from the Python environment. Where setup did not install it, this is reported and skipped; CI has it.
fn from_python(tree: &Tree, name: &str, arguments: &[&str], advice: &str) -> anyhow::Result<Vec<Finding>> {
    if workflows(tree).next().is_none() {
        return Ok(Vec::new());
    }
    let file = Workspace::at(tree.root())?.python_program(name);
    if !file.is_file() {
        say(&format!("  skipped: {name} is not installed; `cargo xtask setup` installs it where Python is"));
        return Ok(Vec::new());
    }
    run(Command::new(file).current_dir(tree.root()).args(arguments), name, advice)
}

fn workflows(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.paths(|path| path.starts_with(".github/workflows/") && path.ends_with(".yml"))
}

/// The program of that name in `folder`, or else from the `PATH`.
fn program(name: &str, folder: &Path) -> OsString {
    let file = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if file.is_file() { file.into() } else { name.into() }
}
