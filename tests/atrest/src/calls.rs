//! The system calls of a traced command one by one, for tests that search for other things than canaries.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::Context;

use crate::strace::{self, unescape};

/// System calls by which bytes or names reach a disk or a socket.
const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,openat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,mmap,io_uring_setup";

/// One system call of a traced program.
#[derive(Debug)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// The bytes it wrote and the names it used, separated by gaps.
    pub bytes: Vec<u8>,
    /// Whether it may create a file.
    pub creates: bool,
    /// Whether later writes to a file are invisible to the trace: a writable mapping, or an io_uring.
    pub hides: bool,
}

/// Runs `command` traced and returns its calls, except those on the reader's own files, which are below `own`, and on the
/// pipes to the terminal. `log` is used for the trace.
///
/// # Errors
/// When the command cannot be run.
pub fn record(command: &Command, log: &Path, own: &Path) -> anyhow::Result<(Output, Vec<Call>)> {
    let output = strace::wrap(command, log, CALLS).output().context("strace cannot be run")?;
    let text = fs::read_to_string(log).context("the trace cannot be read")?;
    fs::remove_file(log)?;
    Ok((output, calls_of(&text, own)))
}

fn calls_of(text: &str, own: &Path) -> Vec<Call> {
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some(call) = strace::call(line) else { continue };
        if strace::to_terminal(call) || strace::is_within(call, own) {
            continue;
        }
        let name = strace::name(call).to_owned();
        let mapped = name == "mmap" && call.contains("PROT_WRITE") && call.contains("MAP_SHARED");
        calls.push(Call {
            bytes: unescape(call),
            creates: call.contains("O_CREAT") || call.contains("O_TMPFILE"),
            hides: (mapped && !call.contains("MAP_ANONYMOUS")) || name == "io_uring_setup",
            name,
        });
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_classifies_calls() {
        let text = r#"7 openat(AT_FDCWD<\x2f>, "\x61", O_RDWR|O_CREAT, 0666) = 3<\x61>
7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3<\x61>, 0) = 0x7f
8 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE, 3<\x61>, 0) = 0x7f
8 write(1<\x70\x69\x70\x65\x3a\x5b>, "\x61", 1) = 1
8 write(3<\x6f\x77\x6e>, "\x61", 1) = 1
8 write(3<\x62>, "\x6f\x77\x6e", 3) = 3
8 write(3<\x61>, "\x62\x63", 2) = 2"#;
        let calls = calls_of(text, Path::new("own"));
        let classified: Vec<_> = calls.iter().map(|call| (call.name.as_str(), call.creates, call.hides)).collect();
        let write = ("write", false, false);
        assert_eq!(classified, [("openat", true, false), ("mmap", false, true), ("mmap", false, false), write, write]);
        assert_eq!(calls[4].bytes, [0x61, 0xff, 0x62, 0x63, 0xff]);
    }
}
