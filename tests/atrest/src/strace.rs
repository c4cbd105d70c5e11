//! `strace` itself: how a command is run under it, and the format of its log. Absent: what a call means for a test.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Separates byte strings of a call.
pub(crate) const GAP: u8 = 0xff;

/// `command` and all processes it starts, with these calls traced into the file `log`, byte for byte.
pub(crate) fn wrap(command: &Command, log: &Path, calls: &str) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "--seccomp-bpf", "-qq", "-yy", "-xx", "-s", "16777216", "-e", &format!("trace={calls}"), "-o"]);
    traced.arg(log).arg("--");
    alexandria_tests_support::under(traced, command)
}

/// The call on a line of a trace: what follows the process number.
pub(crate) fn call(line: &str) -> Option<&str> {
    line.split_once(char::is_whitespace).map(|(_process, call)| call.trim_start())
}

/// The name of a call.
pub(crate) fn name(call: &str) -> &str {
    call.split('(').next().unwrap_or_default()
}

/// The names of files that a call refers to: each descriptor and path among its arguments, a relative path below the
/// directory in the argument before it. The bytes that a call writes are no name, and neither is its result.
pub(crate) fn names(call: &str) -> Vec<Vec<u8>> {
    let (name, arguments) = without_result(call).split_once('(').unwrap_or_default();
    // The first argument of a call that writes is its target.
    let writes = name.contains("write") || (name.contains("send") && name != "sendfile");
    let mut names = Vec::new();
    let mut folder: Option<Vec<u8>> = None;
    for argument in arguments.split(", ").take(if writes { 1 } else { usize::MAX }) {
        if let Some(path) = argument.strip_prefix('"') {
            let path = plain(path);
            names.push(match folder.take() {
                Some(folder) if !path.starts_with(b"/") => [folder, path].join(&b'/'),
                _ => path,
            });
        } else {
            names.extend(folder.take());
            let shown = argument.split_once('<').map(|(_number, shown)| shown);
            folder = shown.filter(|shown| shown.starts_with("\\x")).map(plain);
        }
    }
    names.extend(folder);
    names
}

/// Whether a call refers to files below `folder` and to nothing else.
pub(crate) fn is_within(call: &str, folder: &Path) -> bool {
    let names = names(call);
    !names.is_empty() && names.iter().all(|name| is_below(name, folder))
}

/// Whether a file of that name is `folder` or is below it.
pub(crate) fn is_below(name: &[u8], folder: &Path) -> bool {
    let rest = name.strip_prefix(folder.as_os_str().as_encoded_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

/// A call without its result, which strace aligns to the right.
pub(crate) fn without_result(call: &str) -> &str {
    let arguments = call.rsplit_once(" = ").and_then(|(call, _result)| call.trim_end().strip_suffix(')'));
    arguments.unwrap_or(call)
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

/// The bytes of all `\x..` escapes of a line, and a gap wherever something else is.
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

/// The bytes of an escaped string, up to its end.
fn plain(shown: &str) -> Vec<u8> {
    let end = shown.find(['"', '>']).unwrap_or(shown.len());
    unescape(shown.split_at(end).0).into_iter().filter(|byte| *byte != GAP).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text between two bars is escaped as strace does. `within` refers to the folder `/own`.
    fn check(call: &str, expect: &[&str], within: bool) {
        let pieces = call.split('|').enumerate();
        let shown: String =
            pieces.map(|(at, piece)| if at % 2 == 1 { hex(OsStr::new(piece)) } else { piece.to_owned() }).collect();
        let names: Vec<String> = names(&shown).iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        assert_eq!(names, expect, "{call}");
        assert_eq!(is_within(&shown, Path::new("/own")), within, "{call}");
    }

    #[test]
    fn names_are_targets_and_not_written_bytes() {
        check(r#"write(5<|/tmp/a|>, "|/own/b|", 6) = 6"#, &["/tmp/a"], false);
        check(r#"write(5<|/own/a|>, "|/tmp/b|", 6 <unfinished ...>"#, &["/own/a"], true);
        check(r#"writev(5<|/tmp/a|>, [{iov_base="|/own/b|", iov_len=6}], 1) = 6"#, &["/tmp/a"], false);
        check(r#"sendto(5<|UNIX:[1]|>, "|/own/b|", 6, 0, NULL, 0) = 6"#, &["UNIX:[1]"], false);
        check(r#"openat(AT_FDCWD<|/tmp|>, "|/own/b|", O_RDONLY) = 3<|/own/b|>"#, &["/own/b"], true);
        check(r#"openat(AT_FDCWD<|/own|>, "|/ownother|", O_RDONLY) = 3<|/ownother|>"#, &["/ownother"], false);
        check(r#"openat(AT_FDCWD<|/tmp|>, "|b|", O_RDONLY <unfinished ...>"#, &["/tmp/b"], false);
        check(r#"<... openat resumed>) = 3<|/own/b|>"#, &[], false);
        check(r#"mkdir("|/own|", 0777) = 0"#, &["/own"], true);
        check(r#"rename("|/own/a|", "|/tmp/b|") = 0"#, &["/own/a", "/tmp/b"], false);
        check(r#"symlinkat("|/own/a|", 4<|/tmp|>, "|b|") = 0"#, &["/own/a", "/tmp/b"], false);
        check(r#"linkat(3<|/own|>, "|a|", 4<|/own|>, "|b|", 0) = 0"#, &["/own/a", "/own/b"], true);
        check(r#"copy_file_range(3<|/own/a|>, NULL, 4<|/tmp/b|>, NULL, 9, 0) = 9"#, &["/own/a", "/tmp/b"], false);
        check(r#"sendfile(4<|/tmp/b|>, 3<|/own/a|>, NULL, 9) = 9"#, &["/tmp/b", "/own/a"], false);
    }

    #[test]
    fn without_result_removes_the_result() {
        let check = |call: &str, expect: &str| assert_eq!(without_result(call), expect);
        check(r#"write(5<\x2f>, "\x61", 1) = 1"#, r#"write(5<\x2f>, "\x61", 1"#);
        check(r#"mkdir("\x61", 0777)          = -1 EEXIST (File exists)"#, r#"mkdir("\x61", 0777"#);
        check("<... openat resumed>)             = 49<\\x61>", "<... openat resumed>");
        check(r#"write(5<\x2f>, "\x61", 1 <unfinished ...>"#, r#"write(5<\x2f>, "\x61", 1 <unfinished ...>"#);
    }

    #[test]
    fn unescape_reverses_hex() {
        assert_eq!(unescape(r#"write(5<\x2f>, "\x61\x62", 2) = 2"#), [0x2f, 0xff, 0x61, 0x62, 0xff]);
        assert_eq!(hex(OsStr::new("/a")), "\\x2f\\x61");
    }
}
