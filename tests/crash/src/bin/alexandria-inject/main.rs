//! `alexandria-inject FAULT N FOLDER REPORT PROGRAM [ARGUMENT…]`: runs an unmodified program and makes one of its system
//! calls on files below FOLDER fail, or kills it there.
//!
//! `strace -e inject` does nearly this, but it counts the calls of each thread separately, so that a program with many
//! threads is hit several times or not where intended; and it matches exact paths only. Here N counts the calls of all
//! threads on files of the folder. The report holds the number of calls and those that were hit.
#![expect(clippy::print_stderr, reason = "a program of the tests says why it cannot run")]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod call;
mod plan;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod tracer;

use std::process::ExitCode;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod tracer {
    //! Other systems.

    /// Reports that nothing can be injected here.
    ///
    /// # Errors
    /// Always.
    pub(crate) fn run(_plan: &crate::plan::Plan) -> anyhow::Result<std::process::ExitCode> {
        anyhow::bail!("system calls can be traced on x86-64 Linux only")
    }
}

fn main() -> ExitCode {
    let outcome = plan::Plan::parse(std::env::args_os().skip(1)).and_then(|plan| tracer::run(&plan));
    outcome.unwrap_or_else(|error| {
        eprintln!("alexandria-inject: {error:#}");
        ExitCode::from(125)
    })
}
