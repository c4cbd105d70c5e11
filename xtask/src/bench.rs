//! `cargo xtask bench [NAME] [--against FILE]`: benchmarks, run in a release build by the program in `tests/bench`, which
//! knows their names and prints their tables.
//!
//! The figures of the last run are kept in the cache folder. Copy that file before a change, or name it after one, to see
//! what the change cost.

use std::path::Path;

use anyhow::Context as _;

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::{Process, say};
use crate::workspace::{PACKAGES, Workspace};

/// The program that measures.
const PROGRAM: &str = "alexandria-bench";
/// The window with which ours is compared.
const EMPTY_WINDOW: &str = "empty_window";

/// Runs the benchmark of that name, or all; prints the changes since the record in the file `against`.
///
/// # Errors
/// If `against` cannot be read, the release build fails, or the program does; it lists the names that exist.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>, against: Option<&Path>) -> anyhow::Result<()> {
    let record = workspace.cache().join("bench/last.json");
    // A copy, so that the record of the last run can be named, which this run replaces; before the long build, so that a
    // wrong name is reported at once.
    let earlier = workspace.cache().join("bench/against.json");
    if let Some(against) = against {
        std::fs::create_dir_all(workspace.cache().join("bench"))?;
        std::fs::copy(against, &earlier).with_context(|| format!("cannot read {}", against.display()))?;
    }
    let programs = build::run(workspace, Profile::Release)?;
    // All packages, as in every build: a selection would have other features and compile most dependencies again.
    let build = ["build", "--locked", "--release", "--bin", PROGRAM, "--example", EMPTY_WINDOW];
    workspace.cargo().arguments(build).arguments(PACKAGES).run()?;
    let bench = Process::new(build::program(&programs, PROGRAM)).called(PROGRAM);
    let mut bench = equip(bench, workspace, Profile::Release)?.arguments(name).argument("--record").argument(&record);
    if against.is_some() {
        bench = bench.argument("--against").argument(&earlier);
    }
    bench.run()?;
    say(&format!("bench: figures are in {}; compare with --against FILE", record.display()));
    Ok(())
}
