//! `cargo xtask test`: setup, tidy, build and every test; ends with one line that counts them.
//!
//! A failing part does not stop the later ones, so that one run tells all there is to mend.

mod tally;

use anyhow::bail;

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::say;
use crate::setup;
use crate::tidy;
use crate::workspace::{PACKAGES, Workspace};
use tally::Tally;

/// Runs everything, or with `units` only the unit tests.
///
/// # Errors
/// If anything failed; what, is on the terminal by then.
pub(crate) fn run(workspace: &Workspace, units: bool) -> anyhow::Result<()> {
    setup::run(workspace)?;
    let mut failures = Vec::new();
    if units {
        build::run(workspace, Profile::Development)?;
    } else {
        setup::lint_tools(workspace)?;
        setup::window_driver(workspace)?;
        build::ui(workspace)?;
        failures.extend(tidy::run(workspace.root()).err());
        build::run(workspace, Profile::Development)?;
    }
    let mut tally = Tally::default();
    let suites: &[&str] = if units { &["--lib", "--bins"] } else { &[] };
    let cargo =
        workspace.cargo().arguments(["test", "--locked", "--no-fail-fast"]).arguments(PACKAGES).arguments(suites);
    failures.extend(equip(cargo, workspace, Profile::Development)?.run_lines(|line| tally.read(line)).err());
    for line in tally.summary() {
        say(&line);
    }
    for failure in &failures {
        say(&format!("test: {failure:#}"));
    }
    say(&tally.total());
    if !failures.is_empty() {
        bail!("something failed, see above");
    }
    Ok(())
}
