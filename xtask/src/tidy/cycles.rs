//! No two files of a crate import each other, directly or through others; the same for the files of the UI.
//!
//! A file in a cycle cannot be understood, tested or moved without all the others. Tests are exempt, and so are the
//! tables of contents (`mod` and re-exporting `use` lines) of parent modules. What an import means is decided by
//! [`modules`] for Rust and by [`scripts`] for the UI. Absent: calls of methods, which name no file.

mod graph;
mod modules;
mod resolve;
mod scripts;

use std::collections::BTreeMap;

use anyhow::Context as _;

use self::graph::Cycle;
use super::finding::Finding;
use super::limits::is_test;
use super::tree::Tree;

/// Looks for cycles in every crate and in the UI.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut cycles = Vec::new();
    let sources = tree.sources(|path| path.ends_with(".rs"))?;
    let sources: BTreeMap<&str, &str> =
        sources.iter().map(|source| (source.path.as_str(), source.text.as_str())).collect();
    for root in sources.keys().filter(|path| is_crate_root(path, |manifest| tree.has(manifest))) {
        let modules = modules::read(root, &sources).with_context(|| format!("{root} or a module of it"))?;
        cycles.extend(resolve::imports(&modules).cycles());
    }
    let scripts = tree.sources(|path| path.starts_with("ui/src/") && scripts::is_script(path) && !is_test(path))?;
    cycles.extend(scripts::imports(&scripts).cycles());
    Ok(cycles.iter().map(finding).collect())
}

/// Whether a file is where the compiler starts to read a library or a program, apart from tests, examples and fuzz targets.
fn is_crate_root(path: &str, exists: impl Fn(&str) -> bool) -> bool {
    let Some((package, file)) =
        path.split_once("/src/").filter(|(package, _)| exists(&format!("{package}/Cargo.toml")))
    else {
        return false;
    };
    let in_bin = file.strip_prefix("bin/");
    let is_program = in_bin.is_some_and(|name| !name.contains('/') || name.ends_with("/main.rs"));
    is_program || (!package.is_empty() && matches!(file, "lib.rs" | "main.rs"))
}

fn finding(cycle: &Cycle) -> Finding {
    let (path, line) = cycle.start();
    Finding::at(path, line, cycle.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_programs_are_crate_roots() {
        let check = |path, expect| assert_eq!(is_crate_root(path, |it| it == "crates/a/Cargo.toml"), expect, "{path}");
        check("crates/a/src/lib.rs", true);
        check("crates/a/src/main.rs", true);
        check("crates/a/src/bin/tool.rs", true);
        check("crates/a/src/bin/tool/main.rs", true);
        check("crates/a/src/bin/tool/part.rs", false);
        check("crates/a/src/part.rs", false);
        check("crates/a/src/part/lib.rs", false);
        check("crates/a/tests/story.rs", false);
        check("crates/b/src/lib.rs", false);
    }
}
