//! Running a command under `strace` and searching what it wrote, byte for byte, wherever it wrote it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output};

use anyhow::Context;

use crate::canary::{Canary, Scan};
use crate::strace::{self, unescape};

/// System calls by which bytes or names reach a disk, and those by which a file is copied without its bytes being seen.
const TO_DISK: &str = "write,writev,pwrite64,pwritev,pwritev2,openat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,\
symlink,symlinkat,copy_file_range,sendfile,splice";

/// System calls by which bytes reach a socket.
const TO_SOCKETS: &str = "sendto,sendmsg,sendmmsg";

/// Those by which a file is copied or linked without its bytes being seen.
const COPYING: [&str; 7] = ["copy_file_range", "sendfile", "splice", "link", "linkat", "symlink", "symlinkat"];

/// Which writes are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceScope {
    /// Everything that leaves the process: files, names, sockets and pipes, except the terminal.
    All,
    /// Files and names. For a program of several processes, which exchange what they show with each other and a driver.
    Disk,
}

/// Whether this machine can trace.
#[must_use]
pub fn is_available() -> bool {
    Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success())
}

/// Runs `command` traced and searches what it wrote. Its standard output and error, which are pipes here, are excluded:
/// they are the reader's terminal. So are calls on the reader's files, which are below `own`; what is written elsewhere is
/// searched even if it contains their names.
///
/// # Errors
/// When the command cannot be run.
pub fn run(
    command: &mut Command,
    log: &Path,
    canaries: &[Canary],
    own: &Path,
    scan: &mut Scan,
) -> anyhow::Result<Output> {
    let output = wrap(command, log, TraceScope::All).output().context("strace cannot be run")?;
    search(log, TraceScope::All, canaries, own, scan)?;
    Ok(output)
}

/// `command` and all processes it starts, traced into the file `log`.
#[must_use]
pub fn wrap(command: &Command, log: &Path, scope: TraceScope) -> Command {
    match scope {
        TraceScope::All => strace::wrap(command, log, &format!("{TO_DISK},{TO_SOCKETS}")),
        TraceScope::Disk => strace::wrap(command, log, TO_DISK),
    }
}

/// Searches a finished trace and deletes it: it contains what was written, in a form that no search of the disk finds.
///
/// # Errors
/// When it cannot be read.
pub fn search(log: &Path, scope: TraceScope, canaries: &[Canary], own: &Path, scan: &mut Scan) -> anyhow::Result<()> {
    for line in BufReader::new(File::open(log).context("there is no trace")?).lines() {
        let line = line.context("the trace cannot be read")?;
        let Some(call) = strace::call(&line) else { continue };
        let name = strace::name(call);
        if COPYING.contains(&name) && strace::names(call).iter().any(|name| strace::is_below(name, own)) {
            scan.matches.push(format!("a file of the reader in a {name} call"));
            continue;
        }
        if strace::is_within(call, own) || !is_in_scope(call, name, scope) {
            continue;
        }
        let bytes = unescape(strace::without_result(call));
        scan.bytes += bytes.len() as u64;
        for canary in canaries.iter().filter(|canary| canary.is_in(&bytes)) {
            scan.matches.push(format!("{} in a {name} call to {}", canary.word(), target(call)));
        }
    }
    Ok(fs::remove_file(log)?)
}

/// Whether a call is in scope.
fn is_in_scope(call: &str, name: &str, scope: TraceScope) -> bool {
    if !name.contains("write") {
        return true;
    }
    match scope {
        TraceScope::All => !strace::to_terminal(call),
        // Sockets, pipes and anonymous memory are in no directory.
        TraceScope::Disk => {
            let target = target(call);
            target.starts_with('/') && !target.starts_with("/memfd:")
        }
    }
}

/// The first file that a call refers to, as strace names it.
fn target(call: &str) -> String {
    strace::names(call).first().map_or_else(String::new, |name| String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disk_scope_includes_only_files_and_names() {
        let check = |call: &str, disk: bool, all: bool| {
            let name = strace::name(call);
            assert_eq!(
                (is_in_scope(call, name, TraceScope::Disk), is_in_scope(call, name, TraceScope::All)),
                (disk, all),
                "{call}"
            );
        };
        check(r#"write(5<\x2f\x61>, "\x61", 1) = 1"#, true, true);
        check(r#"pwrite64(5<\x2f\x61>, "\x61", 1, 0) = 1"#, true, true);
        check(r#"write(1<\x70\x69\x70\x65\x3a\x5b\x31\x5d>, "\x61", 1) = 1"#, false, false);
        check(r#"write(7<\x70\x69\x70\x65\x3a\x5b\x31\x5d>, "\x61", 1) = 1"#, false, true);
        check(r#"write(8<\x2f\x6d\x65\x6d\x66\x64\x3a\x61>, "\x61", 1) = 1"#, false, true);
        check(r#"openat(AT_FDCWD<\x2f>, "\x2f\x61", O_RDONLY) = 3<\x2f\x61>"#, true, true);
    }
}
