//! The command line: which fault to inject where.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, bail};

/// What happens at the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call fails once, as on a bad disk; it is not made.
    IoError,
    /// It and all later calls that need space fail, as on a full disk.
    DiskFull,
    /// The process is killed before the call is made.
    Kill,
}

/// One run of a program.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) fault: Fault,
    /// The call to hit, counted from 1; 0 hits none and counts only.
    pub(crate) at: u64,
    /// Only calls on files below it count.
    pub(crate) folder: PathBuf,
    /// The file to write the report to.
    pub(crate) report: PathBuf,
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
}

impl Plan {
    /// Parses the arguments.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut next =
            || arguments.next().context("usage: alexandria-inject FAULT N FOLDER REPORT PROGRAM [ARGUMENT…]");
        let fault = match next()?.to_string_lossy().as_ref() {
            "io-error" => Fault::IoError,
            "disk-full" => Fault::DiskFull,
            "kill" => Fault::Kill,
            other => bail!("unknown fault `{other}`; the faults are io-error, disk-full and kill"),
        };
        let at = next()?.to_string_lossy().parse().context("N is not a number")?;
        let folder = PathBuf::from(next()?);
        let (report, program) = (PathBuf::from(next()?), next()?);
        Ok(Self { fault, at, folder, report, command: std::iter::once(program).chain(arguments).collect() })
    }

    /// Whether the `count`-th call is hit.
    pub(crate) const fn hits(&self, count: u64) -> bool {
        match self.fault {
            Fault::IoError | Fault::Kill => count == self.at,
            Fault::DiskFull => self.at != 0 && count >= self.at,
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
    fn disk_full_fails_all_later_calls() {
        check("io-error", 2, &[2]);
        check("kill", 2, &[2]);
        check("disk-full", 2, &[2, 3, 4]);
        check("disk-full", 0, &[]);
        check("kill", 0, &[]);
    }
}
