//! `cargo xtask tidy`: every rule of this repository that a machine can check.
//!
//! Each check reports all its findings and then the next one runs, so that one run shows everything there is to mend.
//! A rule is a pure function from text or data to [`Finding`]s, tested as data; reading the tree and running programs
//! stays at the edges ([`tree`], [`tools`]). Nothing here installs or changes anything: that is setup's business.

mod cipher;
mod documents;
mod doors;
mod finding;
mod graph;
mod inventory;
mod layers;
mod limits;
mod outline;
mod promises;
mod sources;
mod tools;
mod traces;
mod tree;
mod ui;

use std::path::Path;

use anyhow::bail;
use finding::Finding;
use tree::Tree;

use crate::process::say;

/// A rule or a family of rules.
struct Check {
    /// What the terminal shows while it runs.
    name: &'static str,
    /// Everything in the tree that breaks it. An error means that the check itself could not be made.
    run: fn(&Tree) -> anyhow::Result<Vec<Finding>>,
}

/// All checks, the quick ones first.
const CHECKS: &[Check] = &[
    Check { name: "layers and owners of crates", run: |tree| Ok(layers::violations(&graph::read(tree)?)) },
    Check { name: "crates that one module may name", run: doors::check },
    Check { name: "Rust sources: sizes, headers, lint exceptions", run: sources::check },
    Check { name: "UI sources: sizes, one door to Tauri", run: ui::check_sources },
    Check { name: "documents: every path and link exists", run: documents::check },
    Check { name: "threat model: every test that it names exists", run: promises::check },
    Check { name: "inventory of cryptography: every label, and no other", run: inventory::check },
    Check { name: "traces of a developer's machine", run: traces::check },
    Check { name: "the database engine is the encrypting one", run: cipher::check },
    Check { name: "rustfmt", run: tools::rustfmt },
    Check { name: "workflows: zizmor", run: tools::zizmor },
    Check { name: "workflows: schema", run: tools::workflow_schema },
    Check { name: "cargo-deny: bans, licences, sources", run: tools::cargo_deny },
    Check { name: "clippy", run: tools::clippy },
    Check { name: "generated TypeScript is current", run: generated_typescript },
    Check { name: "UI: lint, types, unit tests", run: ui::check_with_npm },
];

/// Makes every check on the repository at `root`.
///
/// # Errors
/// If any check found something to change; the list is on standard error by then.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::open(root)?;
    let mut failures = Vec::new();
    for check in CHECKS {
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

/// `1 line`, `2 lines`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
