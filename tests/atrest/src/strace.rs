//! `strace` itself: how a command is run under it, and how it writes down what it saw.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Stands where something other than text stood.
pub(crate) const GAP: u8 = 0xff;

/// `command` and all processes it starts, with these calls traced into the file `log`, byte for byte.
pub(crate) fn under(command: &Command, log: &Path, calls: &str) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "--seccomp-bpf", "-qq", "-yy", "-xx", "-s", "16777216", "-e", &format!("trace={calls}"), "-o"]);
    traced.arg(log).arg("--").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    traced
}

/// The calls of a trace: what stands behind the number of the process.
pub(crate) fn call(line: &str) -> Option<&str> {
    line.split_once(char::is_whitespace).map(|(_process, call)| call.trim_start())
}

/// The name of a call.
pub(crate) fn name(call: &str) -> &str {
    call.split('(').next().unwrap_or_default()
}

/// Whether a call writes to the reader's terminal, which is a pipe in a test.
pub(crate) fn to_terminal(call: &str) -> bool {
    let pipe = hex(OsStr::new("pipe:"));
    let writes = ["write(1<", "write(2<", "writev(1<", "writev(2<"];
    writes.iter().any(|start| call.strip_prefix(start).is_some_and(|target| target.starts_with(&pipe)))
}

/// How strace shows text with `-xx`.
pub(crate) fn hex(text: &OsStr) -> String {
    text.as_encoded_bytes().iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// The bytes of all `\x..` escapes of a line, and a gap wherever something else stands.
pub(crate) fn unescape(line: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len() / 4);
    for piece in line.split("\\x").skip(1) {
        match piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.push(GAP),
        }
        if piece.len() > 2 {
            bytes.push(GAP);
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
