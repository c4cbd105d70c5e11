//! `cargo xtask screenshots`: pictures of every room of the real window, into `tests/desktop/shots`, which git ignores.
//!
//! The test that walks through all rooms takes them on its way, so that no picture shows a window no test has seen.

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::say;
use crate::setup;
use crate::workspace::{PACKAGES, Workspace};

/// Where the pictures go.
const SHOTS: &str = "tests/desktop/shots";
/// Tells the test to take pictures, and where to put them.
const SHOTS_VARIABLE: &str = "ALEXANDRIA_SHOTS";

/// Builds, and lets the test that drives the window take the pictures.
///
/// # Errors
/// If a part cannot be built, or the window does not do what it is told.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    setup::window_driver(workspace)?;
    build::run(workspace, Profile::Development)?;
    let walk = workspace.cargo().arguments(["test", "--locked"]).arguments(PACKAGES).arguments(["--test", "passage"]);
    equip(walk, workspace, Profile::Development)?.variable(SHOTS_VARIABLE, workspace.root().join(SHOTS)).run()?;
    say(&format!("screenshots: in {SHOTS}"));
    Ok(())
}
