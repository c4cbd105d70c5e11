//! `cargo xtask codegen`: the UI's TypeScript, generated from the commands and events that `src-tauri` declares.
//!
//! The generator is a test of the window's crate, because only tests depend on the code that writes TypeScript. It writes to
//! a given folder; this module compares that folder with the one in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::build;
use crate::process::say;
use crate::workspace::{PACKAGES, Workspace};

/// The folder of the generated files.
const GENERATED: &str = "ui/src/platform/generated";

/// The test that generates.
const GENERATOR: &str = "export_contract";

/// File contents by name.
type Files = BTreeMap<String, Vec<u8>>;

/// Generates the files; with `check` only compares them.
///
/// # Errors
/// If the generator fails, or with `check` if a file is not current.
pub(crate) fn run(root: &Path, check: bool) -> anyhow::Result<()> {
    let workspace = Workspace::at(root)?;
    let fresh = generate(&workspace)?;
    let folder = root.join(GENERATED);
    let stale = differences(&fresh, &read(&folder)?);
    if check {
        if stale.is_empty() {
            return Ok(());
        }
        bail!("{GENERATED} is not current ({}); run `cargo xtask codegen`", stale.join(", "));
    }
    for name in stale {
        say(&format!("codegen: {GENERATED}/{name}"));
        let name = name.split(' ').next().unwrap_or_default();
        let file = folder.join(name);
        match fresh.get(name) {
            Some(content) => fs::create_dir_all(&folder).and_then(|()| fs::write(&file, content)),
            None => fs::remove_file(&file),
        }
        .with_context(|| format!("cannot change {}", file.display()))?;
    }
    Ok(())
}

fn generate(workspace: &Workspace) -> anyhow::Result<Files> {
    build::ui(workspace)?;
    let out = workspace.target().join("contract");
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    // All library tests are compiled, as in every other command, but only this one is run.
    workspace
        .cargo()
        .arguments(["test", "--locked", "--lib"])
        .arguments(PACKAGES)
        .arguments(["--", "--quiet", GENERATOR])
        .variable("ALEXANDRIA_CONTRACT_OUT", &out)
        .hiding_output()
        .run()?;
    let files = read(&out)?;
    if files.is_empty() {
        bail!("the test {GENERATOR} of alexandria-desktop wrote nothing");
    }
    Ok(files)
}

/// The files of a folder without sub-folders; none if it does not exist.
fn read(folder: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let content = fs::read(entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), content);
        }
    }
    Ok(files)
}

/// How `present` differs from `fresh`: a file name and the difference each.
fn differences(fresh: &Files, present: &Files) -> Vec<String> {
    let mut found: Vec<String> = fresh
        .iter()
        .filter_map(|(name, content)| match present.get(name) {
            None => Some(format!("{name} is missing")),
            Some(other) if other != content => Some(format!("{name} differs")),
            Some(_) => None,
        })
        .collect();
    found.extend(present.keys().filter(|name| !fresh.contains_key(*name)).map(|name| format!("{name} is left over")));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fresh: &[(&str, &str)], present: &[(&str, &str)], expect: &[&str]) {
        let files = |list: &[(&str, &str)]| -> Files {
            list.iter().map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec())).collect()
        };
        assert_eq!(differences(&files(fresh), &files(present)), expect);
    }

    #[test]
    fn differences_are_found_in_both_directions() {
        check(&[("a.ts", "1")], &[("a.ts", "1")], &[]);
        check(&[("a.ts", "1")], &[("a.ts", "1\n")], &["a.ts differs"]);
        check(&[("a.ts", "1"), ("b.ts", "2")], &[("a.ts", "1")], &["b.ts is missing"]);
        check(&[("a.ts", "1")], &[("a.ts", "1"), ("b.ts", "2")], &["b.ts is left over"]);
        check(&[("a.ts", "1")], &[("b.ts", "1")], &["a.ts is missing", "b.ts is left over"]);
    }
}
