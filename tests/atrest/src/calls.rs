//! The system calls of a traced command one by one, for tests that look for other things than canaries.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::Context;

/// System calls by which bytes or names reach a disk or a socket.
const CALLS: &str = "trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,openat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,mmap,io_uring_setup";

/// One system call of a traced program.
#[derive(Debug)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// What it wrote and the names it used, with a gap between any two of them.
    pub bytes: Vec<u8>,
    /// Whether it may make a file.
    pub creates: bool,
    /// Whether it opens a way to a file that no later call shows: a writable mapping, or a ring.
    pub hides: bool,
}

/// Runs `command` traced and gives all its calls but those on the reader's own files, which lie below `own`, and on the pipes to the terminal. `log` is used for the trace.
///
/// # Errors
/// When the command cannot be run.
pub fn record(command: &Command, log: &Path, own: &Path) -> anyhow::Result<(Output, Vec<Call>)> {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-yy", "-xx", "-s", "16777216", "-e", CALLS, "-o"]).arg(log).arg("--");
    traced.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let output = traced.output().context("strace cannot be run")?;
    let text = fs::read_to_string(log).context("the trace cannot be read")?;
    fs::remove_file(log)?;
    Ok((output, calls_of(&text, own)))
}

fn calls_of(text: &str, own: &Path) -> Vec<Call> {
    let own = hex(own.as_os_str());
    let pipe = hex(OsStr::new("pipe:"));
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((_, call)) = line.split_once(char::is_whitespace) else { continue };
        let call = call.trim_start();
        let to_terminal = ["write(1<", "write(2<", "writev(1<", "writev(2<"]
            .iter()
            .any(|start| call.strip_prefix(start).is_some_and(|target| target.starts_with(&pipe)));
        if to_terminal || line.contains(&own) {
            continue;
        }
        let name = call.split('(').next().unwrap_or_default().to_owned();
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

/// How strace shows text with `-xx`.
fn hex(text: &OsStr) -> String {
    text.as_encoded_bytes().iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// The bytes of all `\x..` escapes of a line, and a gap wherever something else stands.
fn unescape(line: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len() / 4);
    for piece in line.split("\\x").skip(1) {
        match piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.push(0xff),
        }
        if piece.len() > 2 {
            bytes.push(0xff);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart() {
        let text = r#"7 openat(AT_FDCWD<\x2f>, "\x61", O_RDWR|O_CREAT, 0666) = 3<\x61>
7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3<\x61>, 0) = 0x7f
8 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE, 3<\x61>, 0) = 0x7f
8 write(1<\x70\x69\x70\x65\x3a\x5b>, "\x61", 1) = 1
8 write(3<\x6f\x77\x6e>, "\x61", 1) = 1
8 write(3<\x61>, "\x62\x63", 2) = 2"#;
        let calls = calls_of(text, Path::new("own"));
        let seen: Vec<_> = calls.iter().map(|call| (call.name.as_str(), call.creates, call.hides)).collect();
        let expect = [("openat", true, false), ("mmap", false, true), ("mmap", false, false), ("write", false, false)];
        assert_eq!(seen, expect);
        assert_eq!(calls[3].bytes, [0x61, 0xff, 0x62, 0x63, 0xff]);
    }

    #[test]
    fn escapes_are_read_back() {
        assert_eq!(unescape(r#"write(5<\x2f>, "\x61\x62", 2) = 2"#), [0x2f, 0xff, 0x61, 0x62, 0xff]);
        assert_eq!(hex(OsStr::new("/a")), "\\x2f\\x61");
    }
}
