//! `cargo xtask bench [NAME]`: measurements, made in a release build by the program in `tests/bench`, which knows their
//! names and prints their tables.

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::Process;
use crate::workspace::{PACKAGES, Workspace};

/// The window beside which ours is measured.
const EMPTY_WINDOW: &str = "empty_window";

/// Makes the measurement of that name, or all.
///
/// # Errors
/// If the release build fails, or the program does; it says which names there are.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> anyhow::Result<()> {
    let programs = build::run(workspace, Profile::Release)?;
    let example = ["build", "--locked", "--release", "--example", EMPTY_WINDOW];
    workspace.cargo().arguments(example).arguments(PACKAGES).run()?;
    let bench = Process::new(build::program(&programs, "alexandria-bench")).called("alexandria-bench");
    equip(bench, workspace, Profile::Release)?.arguments(name).run()
}
