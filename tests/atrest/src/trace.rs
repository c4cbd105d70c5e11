//! Running a command under `strace` and reading what it wrote, byte for byte, wherever it wrote it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::Context;

use crate::canary::{Canary, Scan};

/// System calls by which bytes or names reach a disk or a socket.
const CALLS: &str = "trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,openat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat";

/// Whether this machine can trace; without, the test says so and only reads the files left behind.
#[must_use]
pub fn is_available() -> bool {
    Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success())
}

/// Runs `command` traced, adding what it wrote to `scan`. Its standard output and error, which are pipes here, do
/// not count: they are the reader's terminal. Paths below `own` (the reader's files) do not count either.
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
    read_log(log, canaries, own, scan)?;
    fs::remove_file(log)?;
    Ok(output)
}

fn read_log(log: &Path, canaries: &[Canary], own: &Path, scan: &mut Scan) -> anyhow::Result<()> {
    let text = fs::read_to_string(log).context("the trace cannot be read")?;
    let own = hex(own.as_os_str());
    let pipe = hex(OsStr::new("pipe:"));
    for line in text.lines() {
        let Some((_, call)) = line.split_once(char::is_whitespace) else { continue };
        let call = call.trim_start();
        let to_terminal = ["write(1<", "write(2<", "writev(1<", "writev(2<"]
            .iter()
            .any(|start| call.strip_prefix(start).is_some_and(|target| target.starts_with(&pipe)));
        if to_terminal || line.contains(&own) {
            continue;
        }
        let bytes = unescape(call);
        scan.bytes += bytes.len() as u64;
        for canary in canaries.iter().filter(|canary| canary.is_in(&bytes)) {
            let name = call.split('(').next().unwrap_or_default();
            scan.found.push(format!("{} in a {name} call", canary.word()));
        }
    }
    Ok(())
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
    fn escapes_are_read_back() {
        assert_eq!(unescape(r#"write(5<\x2f>, "\x61\x62", 2) = 2"#), [0x2f, 0xff, 0x61, 0x62, 0xff]);
        assert_eq!(hex(OsStr::new("/a")), "\\x2f\\x61");
    }
}
