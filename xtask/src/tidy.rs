//! `cargo xtask tidy`: every rule of this repository that a machine can check.
//!
//! Each check reports all its findings before the next one runs, so that one run shows everything there is to fix. A rule is
//! a pure function from text or data to [`Finding`]s, tested as data; reading the tree and running programs is left to
//! [`tree`] and [`tools`]. Absent: installing or changing anything.

mod cipher;
mod cycles;
mod documents;
mod finding;
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

use std::path::Path;

use anyhow::bail;
use finding::{Finding, count};
use tree::Tree;

use crate::process::say;

/// A rule or a family of rules.
struct Check {
    /// What `--only` calls it.
    id: &'static str,
    /// What is printed while it runs.
    name: &'static str,
    /// Everything in the tree that violates it. An error means that the check itself could not run.
    run: fn(&Tree) -> anyhow::Result<Vec<Finding>>,
}

const fn check(id: &'static str, name: &'static str, run: fn(&Tree) -> anyhow::Result<Vec<Finding>>) -> Check {
    Check { id, name, run }
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
    check("rustfmt", "rustfmt", tools::rustfmt),
    check("zizmor", "workflows: zizmor", tools::zizmor),
    check("workflow-schema", "workflows: schema", tools::workflow_schema),
    check("cargo-deny", "cargo-deny: bans, licences, sources", tools::cargo_deny),
    check("clippy", "clippy", tools::clippy),
    check("codegen", "generated TypeScript is current", generated_typescript),
    check("ui", "UI: lint, types, unit tests", ui::check_with_npm),
];

/// Runs every check on the repository at `root`.
///
/// # Errors
/// If any check found something to change; the list has been printed.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    run_checks(root, CHECKS.iter())
}

/// Runs the checks of these ids.
///
/// # Errors
/// If there is no such check, or one found something to change.
pub(crate) fn run_only(root: &Path, ids: &[String]) -> anyhow::Result<()> {
    let known: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    if let Some(unknown) = ids.iter().find(|id| !known.contains(&id.as_str())) {
        bail!("there is no check `{unknown}`; the checks are {}", known.join(", "));
    }
    run_checks(root, CHECKS.iter().filter(|check| ids.iter().any(|id| id == check.id)))
}

fn run_checks(root: &Path, checks: impl Iterator<Item = &'static Check>) -> anyhow::Result<()> {
    let tree = Tree::open(root)?;
    let mut failures = Vec::new();
    for check in checks {
        say(&format!("tidy: {}", check.name));
        match (check.run)(&tree) {
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
