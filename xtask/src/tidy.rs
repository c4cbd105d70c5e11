//! `cargo xtask tidy`: every rule of this repository that a machine can check.
//!
//! Each check reports all its findings before the next one runs, so that one run shows everything there is to fix. A rule is
//! a pure function from text or data to [`Finding`]s, tested as data; reading the tree and running programs is left to
//! [`tree`] and [`tools`]. Absent: installing or changing anything.

mod cipher;
mod cycles;
mod documents;
mod finding;
mod flatpak;
mod graph;
mod inventory;
mod layers;
mod limits;
mod outline;
mod profiles;
mod promises;
mod restricted;
mod sources;
mod tools;
mod traces;
mod tree;
mod ui;
mod words;
mod workflows;

use std::path::Path;

use anyhow::bail;
use clap::Command;
use finding::{Finding, count};
use tree::Tree;

use crate::process::say;

/// A rule or a family of rules.
struct Check {
    /// What `--only` calls it.
    id: &'static str,
    /// What is printed while it runs.
    name: &'static str,
    run: Run,
}

/// What finds everything in the tree that violates a rule. An error means that the check itself could not run.
enum Run {
    /// A rule about the tree alone.
    Tree(fn(&Tree) -> anyhow::Result<Vec<Finding>>),
    /// A rule about the tree and the command line of this program.
    Tasks(fn(&Tree, &Command) -> anyhow::Result<Vec<Finding>>),
}

const fn check(id: &'static str, name: &'static str, run: fn(&Tree) -> anyhow::Result<Vec<Finding>>) -> Check {
    Check { id, name, run: Run::Tree(run) }
}

/// All checks, the quick ones first.
const CHECKS: &[Check] = &[
    check("layers", "layers and owners of crates", |tree| Ok(layers::violations(&graph::read(tree)?))),
    check("restricted", "crates that one module may name", restricted::check),
    check("cycles", "import cycles between files of a crate", cycles::check),
    check("sources", "Rust sources: sizes, headers, lint exceptions", sources::check),
    check("ui-sources", "UI sources: sizes, Tauri in one folder only", ui::check_sources),
    check("words", "words that must not come back", words::check),
    check("documents", "documents: every path and link exists", documents::check),
    check("threat-model", "threat model: every named test exists", promises::check),
    check("crypto-inventory", "crypto inventory: exactly the labels in use", inventory::check),
    check("traces", "paths and hosts of a developer's machine", traces::check),
    check("cipher", "the database engine is SQLCipher", cipher::check),
    check("profiles", "build profiles: the same hot dependencies", profiles::check),
    Check {
        id: "workflows",
        name: "workflows: pinned actions, images and downloads, commands that exist",
        run: Run::Tasks(workflows::check),
    },
    check("flatpak", "Flatpak: what the sandbox lets through, downloads with a hash", flatpak::check),
    check("rustfmt", "rustfmt", tools::rustfmt),
    check("zizmor", "workflows: zizmor", tools::zizmor),
    check("workflow-schema", "workflows: schema", tools::workflow_schema),
    check("cargo-deny", "cargo-deny: bans, licences, sources", tools::cargo_deny),
    check("clippy", "clippy", tools::clippy),
    check("codegen", "generated TypeScript is current", generated_typescript),
    check("ui", "UI: lint, types, unit tests", ui::check_with_npm),
];

/// Runs every check on the repository at `root`. `tasks` is the command line of this program.
///
/// # Errors
/// If any check found something to change; the list has been printed.
pub(crate) fn run(root: &Path, tasks: &Command) -> anyhow::Result<()> {
    run_checks(root, tasks, CHECKS.iter())
}

/// Runs the checks of these ids.
///
/// # Errors
/// If there is no such check, or one found something to change.
pub(crate) fn run_only(root: &Path, tasks: &Command, ids: &[String]) -> anyhow::Result<()> {
    let known: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    if let Some(unknown) = ids.iter().find(|id| !known.contains(&id.as_str())) {
        bail!("there is no check `{unknown}`; the checks are {}", known.join(", "));
    }
    run_checks(root, tasks, CHECKS.iter().filter(|check| ids.iter().any(|id| id == check.id)))
}

fn run_checks(root: &Path, tasks: &Command, checks: impl Iterator<Item = &'static Check>) -> anyhow::Result<()> {
    let tree = Tree::open(root)?;
    let mut failures = Vec::new();
    for check in checks {
        say(&format!("tidy: {}", check.name));
        let found = match check.run {
            Run::Tree(run) => run(&tree),
            Run::Tasks(run) => run(&tree, tasks),
        };
        match found {
            Ok(findings) => failures.extend(findings.into_iter().map(|finding| format!("{}: {finding}", check.name))),
            Err(error) => failures.push(format!("{}: {error:#}", check.name)),
        }
    }
    if failures.is_empty() {
        say("tidy: all clean");
        return Ok(());
    }
    say("");
    for failure in &failures {
        say(&format!("  {failure}"));
    }
    bail!("tidy found {} to change; see the list above", count(failures.len(), "thing"));
}

/// The TypeScript in the tree is what the declared commands and events generate now.
fn generated_typescript(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    crate::codegen::run(tree.root(), true)?;
    Ok(Vec::new())
}
