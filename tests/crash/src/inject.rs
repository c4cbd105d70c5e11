//! Runs a command and lets one of its system calls fail, or kills it there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use alexandria_tests_support::{program, under};
use anyhow::{Context, ensure};

/// What happens at a system call on a file of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call fails with an I/O error (`EIO`).
    IoError,
    /// It and all later calls that need space fail (`ENOSPC`).
    DiskFull,
    /// The process is killed before the call.
    Kill,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IoError, Self::DiskFull, Self::Kill];

    /// Its name in messages and on the injector's command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IoError => "io-error",
            Self::DiskFull => "disk-full",
            Self::Kill => "kill",
        }
    }
}

/// A run with a fault.
#[derive(Debug)]
pub struct InjectedRun {
    /// Calls that could have been hit.
    pub calls: u64,
    /// Calls that were hit.
    pub hit: u64,
    /// Name and file of the first call that was hit.
    pub first_hit: String,
    /// Output and exit status of the command.
    pub output: Output,
}

/// Runs `command` with a fault at the `call`-th system call on a file below `folder`, from 1. With 0 nothing is hit.
///
/// # Errors
/// When it cannot be run or traced.
pub fn run(command: &Command, fault: Fault, call: u64, folder: &Path) -> anyhow::Result<InjectedRun> {
    let report = folder.with_extension("report");
    let mut traced = Command::new(program("alexandria-inject")?);
    traced.args([fault.name(), &call.to_string()]).arg(folder).arg(&report);
    let output = under(traced, command).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let text = fs::read_to_string(&report).with_context(|| format!("nothing was traced: {stderr}"))?;
    fs::remove_file(&report)?;
    let mut lines = text.lines();
    let mut number = |name: &str| -> anyhow::Result<u64> {
        let line = lines.next().and_then(|line| line.strip_prefix(name)).context("the report is incomplete")?;
        Ok(line.trim().parse()?)
    };
    let (calls, hit) = (number("calls")?, number("hit")?);
    Ok(InjectedRun { calls, hit, first_hit: lines.next().unwrap_or_default().to_owned(), output })
}

/// Why no fault can be injected on this machine; `None` where it is possible.
#[must_use]
pub fn unavailable_reason() -> Option<String> {
    let tried = tempfile::tempdir().map_err(anyhow::Error::from).and_then(|folder| {
        let traced = run(Command::new("true").arg(""), Fault::Kill, 0, &folder.path().join("none"))?;
        ensure!(traced.output.status.success(), "the traced command failed");
        Ok(())
    });
    tried.err().map(|error| format!("{error:#}"))
}
