//! `cargo xtask fuzz`: tests the properties of `tests/hostile` with generated input, one target after the other.
//!
//! The corpus that grows on the way is kept in the cache folder and used again. A finding is written to `fuzz/regressions`,
//! which every normal test run replays.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::build::Profile;
use crate::equip::equip;
use crate::process::{Process, say};
use crate::setup;
use crate::workspace::Workspace;

/// Largest input that is tried, in bytes.
const MAX_INPUT_BYTES: u32 = 64 << 10;
/// Longest time for one input, in seconds.
const INPUT_TIMEOUT_SECONDS: u32 = 10;
/// Most memory, in MiB.
const MAX_MEMORY_MIB: u32 = 2048;

/// Fuzzes one target, or all, for `minutes` each.
///
/// # Errors
/// If there is no such target, the fuzzer cannot be installed or built, or anything was found.
pub(crate) fn run(workspace: &Workspace, target: Option<&str>, minutes: u32) -> anyhow::Result<()> {
    let all = targets(&workspace.root().join("fuzz/targets"))?;
    let chosen: Vec<&String> = all.iter().filter(|name| target.is_none_or(|target| target == *name)).collect();
    if chosen.is_empty() {
        bail!("there is no such target; the targets are {}", all.join(", "));
    }
    setup::fuzzer(workspace)?;
    let mut found = Vec::new();
    for name in chosen {
        say(&format!("fuzz: {name}, {minutes} min"));
        // A finding in one target does not stop the others.
        found.extend(fuzz(workspace, name, minutes).err().map(|error| format!("{name}: {error:#}")));
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("fix what was found, see fuzz/regressions: {}", found.join("; "));
}

fn fuzz(workspace: &Workspace, name: &str, minutes: u32) -> anyhow::Result<()> {
    let folder = |path: PathBuf| -> anyhow::Result<PathBuf> {
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(path)
    };
    let own = workspace.root().join("fuzz");
    let grown = folder(workspace.cache().join("fuzz/corpus").join(name))?;
    let (seeds, findings) = (folder(own.join("corpus").join(name))?, folder(own.join("regressions").join(name))?);
    let mut options = vec![
        format!("-artifact_prefix={}/", findings.display()),
        format!("-max_total_time={}", u64::from(minutes) * 60),
        format!("-max_len={MAX_INPUT_BYTES}"),
        format!("-timeout={INPUT_TIMEOUT_SECONDS}"),
        format!("-rss_limit_mb={MAX_MEMORY_MIB}"),
    ];
    let dictionary = own.join("dictionaries").join(name).with_extension("dict");
    if dictionary.is_file() {
        options.push(format!("-dict={}", dictionary.display()));
    }
    let cargo = nightly_cargo(workspace).arguments(["fuzz", "run", "--fuzz-dir", "fuzz", name]);
    let cargo = cargo.arguments([&grown, &seeds, &findings]).argument("--").arguments(options);
    equip(cargo, workspace, Profile::Development)?.run()
}

/// The cargo of the nightly compiler, which has the sanitizers. It builds into a separate folder.
fn nightly_cargo(workspace: &Workspace) -> Process {
    let cargo = Process::new("cargo").without_variable("CARGO").without_variable("RUSTC").folder(workspace.root());
    cargo.variable("RUSTUP_TOOLCHAIN", "nightly").variable("CARGO_TARGET_DIR", workspace.cache().join("fuzz/target"))
}

/// The names of all targets, in order.
fn targets(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_stem().filter(|_| path.extension().is_some_and(|extension| extension == "rs"));
        names.extend(name.map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_listed_in_order() {
        let found = targets(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/targets")).unwrap();
        assert!(found.iter().any(|name| name == "epub") && found.is_sorted(), "{found:?}");
    }
}
