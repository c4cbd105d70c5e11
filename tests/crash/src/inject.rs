//! Running a command with one of its system calls failing, or killed there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use alexandria_tests_support::{program, under};
use anyhow::{Context, ensure};

/// What happens at a call on a file of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails with an input or output error.
    Broken,
    /// It and all later ones that need space fail.
    Full,
    /// The process is killed before it.
    Kill,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Broken, Self::Full, Self::Kill];

    /// Its name in messages, and for the injector.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Full => "full",
            Self::Kill => "kill",
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Injected {
    /// Calls that could have been hit, up to the end.
    pub calls: u64,
    /// Calls that were.
    pub hit: u64,
    /// The first of them and its file.
    pub at: String,
    /// What the command printed, and its status.
    pub output: Output,
}

/// Runs `command` with a fault at the `at`-th call on a file below `folder`. With 0 nothing is hit.
///
/// # Errors
/// When it cannot be run or traced.
pub fn run(command: &Command, fault: Fault, at: u64, folder: &Path) -> anyhow::Result<Injected> {
    let report = folder.with_extension("report");
    let mut traced = Command::new(program("alexandria-inject")?);
    traced.args([fault.name(), &at.to_string()]).arg(folder).arg(&report);
    let output = under(traced, command).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let text = fs::read_to_string(&report).with_context(|| format!("nothing was traced: {said}"))?;
    fs::remove_file(&report)?;
    let mut lines = text.lines();
    let mut number = |name: &str| -> anyhow::Result<u64> {
        let line = lines.next().and_then(|line| line.strip_prefix(name)).context("the report is not whole")?;
        Ok(line.trim().parse()?)
    };
    let (calls, hit) = (number("calls")?, number("hit")?);
    Ok(Injected { calls, hit, at: lines.next().unwrap_or_default().to_owned(), output })
}

/// Why nothing can be injected on this machine; `None` where it can.
#[must_use]
pub fn obstacle() -> Option<String> {
    let tried = tempfile::tempdir().map_err(anyhow::Error::from).and_then(|folder| {
        let traced = run(Command::new("true").arg(""), Fault::Kill, 0, &folder.path().join("none"))?;
        ensure!(traced.output.status.success(), "the traced command failed");
        Ok(())
    });
    tried.err().map(|error| format!("{error:#}"))
}
