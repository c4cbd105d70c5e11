//! `cargo xtask release`: a step of a release, which is a program of its own: it links the library that signs, which no other
//! task needs.

use std::ffi::OsStr;

use crate::process::Process;

/// Runs a step with its options.
///
/// # Errors
/// If the program cannot be built, or the step fails.
pub(crate) fn run(step: &[impl AsRef<OsStr>]) -> anyhow::Result<()> {
    let cargo = Process::new("cargo").quietly().called("the release step");
    cargo.arguments(["run", "--quiet", "--package", "alexandria-release", "--"]).arguments(step).run()
}
