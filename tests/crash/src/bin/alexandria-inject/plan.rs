//! What is to be injected where.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, bail};

/// What happens at the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails once, as on a bad disk; the call is not made.
    Broken,
    /// It and all later calls that need space fail, as on a full disk.
    Full,
    /// The process is killed before the call is made.
    Kill,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) fault: Fault,
    /// The call to hit, counted from 1; 0 hits none and counts only.
    pub(crate) at: u64,
    /// Calls on other files do not count.
    pub(crate) folder: PathBuf,
    /// File the report is written to.
    pub(crate) report: PathBuf,
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
}

impl Plan {
    /// Reads the arguments.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut next =
            || arguments.next().context("usage: alexandria-inject FAULT N FOLDER REPORT PROGRAM [ARGUMENT…]");
        let fault = match next()?.to_string_lossy().as_ref() {
            "broken" => Fault::Broken,
            "full" => Fault::Full,
            "kill" => Fault::Kill,
            other => bail!("there is no fault `{other}`; there are broken, full and kill"),
        };
        let at = next()?.to_string_lossy().parse().context("N is not a number")?;
        let folder = PathBuf::from(next()?);
        let (report, program) = (PathBuf::from(next()?), next()?);
        Ok(Self { fault, at, folder, report, command: std::iter::once(program).chain(arguments).collect() })
    }

    /// Whether the `count`-th call is hit.
    pub(crate) const fn hits(&self, count: u64) -> bool {
        match self.fault {
            Fault::Broken | Fault::Kill => count == self.at,
            Fault::Full => self.at != 0 && count >= self.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fault: &str, at: u64, hit: &[u64]) {
        let line = format!("{fault} {at} /folder /report program argument");
        let plan = Plan::parse(line.split(' ').map(OsString::from)).unwrap();
        assert_eq!((1..=4).filter(|&count| plan.hits(count)).collect::<Vec<_>>(), hit, "{fault} {at}");
        assert_eq!(plan.command, ["program", "argument"]);
    }

    #[test]
    fn a_full_disk_stays_full() {
        check("broken", 2, &[2]);
        check("kill", 2, &[2]);
        check("full", 2, &[2, 3, 4]);
        check("full", 0, &[]);
        check("kill", 0, &[]);
    }
}
