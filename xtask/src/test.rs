//! `cargo xtask test`: setup, tidy, build and every test. Ends with one line that counts them; above it each test that
//! failed or was skipped on this machine is named.
//!
//! A failing part does not stop the later ones, so that one run shows everything there is to fix.

mod second;
mod tally;

use anyhow::bail;
use clap::Command;

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::{Process, say};
use crate::setup;
use crate::tidy;
use crate::workspace::{PACKAGES, Workspace};
use tally::Tally;

/// How long one suite may take, several times what the slowest needs.
const SUITE_TIMEOUT: &str = "20m";

/// How much is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Only the unit tests of the crates.
    Units,
    /// Every test; suites that could run for hours take a sample.
    All,
    /// Every test, without sampling.
    Exhaustive,
}

impl Extent {
    /// The extent that flags ask for.
    pub(crate) const fn new(units: bool, exhaustive: bool) -> Self {
        match (units, exhaustive) {
            (true, _) => Self::Units,
            (false, true) => Self::Exhaustive,
            (false, false) => Self::All,
        }
    }
}

/// Kills a suite that hangs and its children, so that the others still run and the log names it. Only on Linux, where every
/// system has the program for it.
fn with_timeout(cargo: Process) -> Process {
    if cfg!(target_os = "linux") {
        let runner = format!("timeout --verbose --kill-after=10s {SUITE_TIMEOUT}");
        cargo.arguments(["--config", &format!("target.'cfg(target_os = \"linux\")'.runner = '{runner}'")])
    } else {
        cargo
    }
}

/// Runs the tests. `tasks` is the command line of this program.
///
/// # Errors
/// If anything failed; the details have been printed.
pub(crate) fn run(workspace: &Workspace, tasks: &Command, extent: Extent) -> anyhow::Result<()> {
    setup::run(workspace)?;
    setup::s3_server(workspace)?;
    let units = extent == Extent::Units;
    let mut failures = Vec::new();
    if units {
        build::run(workspace, Profile::Development)?;
    } else {
        setup::lint_tools(workspace)?;
        setup::window_driver(workspace)?;
        build::ui(workspace)?;
        failures.extend(tidy::run(workspace.root(), tasks).err());
        build::run(workspace, Profile::Development)?;
    }
    let mut tally = Tally::default();
    let suites: &[&str] = if units { &["--lib", "--bins"] } else { &[] };
    let cargo =
        workspace.cargo().arguments(["test", "--locked", "--no-fail-fast"]).arguments(PACKAGES).arguments(suites);
    let cargo = match extent {
        Extent::Exhaustive => cargo.variable("ALEXANDRIA_EXHAUSTIVE", "1"),
        Extent::Units | Extent::All => with_timeout(cargo.without_variable("ALEXANDRIA_EXHAUSTIVE")),
    };
    failures.extend(equip(cargo, workspace, Profile::Development)?.run_lines(|line| tally.read(line)).err());
    if !units {
        second::run(workspace, &mut tally);
    }
    for line in tally.summary() {
        say(&line);
    }
    for failure in &failures {
        say(&format!("test: {failure:#}"));
    }
    say(&tally.total());
    if !failures.is_empty() || tally.has_failures() {
        bail!("something failed, see above");
    }
    Ok(())
}
