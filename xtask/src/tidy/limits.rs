//! How long files and functions may be. Well-maintained code bases have medians of 67 to 192 lines a file, and 99 of 100
//! functions under 90 lines.

use super::finding::{Finding, count};
use super::outline::Outline;

/// Most lines of a file without the tests inside it. Aim at 150, and ask why over 300.
pub(super) const MAX_FILE_LINES: usize = 500;
/// Most lines of a file of tests.
pub(super) const MAX_TEST_FILE_LINES: usize = 800;
/// Most lines of a `lib.rs`: documentation, `mod`, `pub use`.
pub(super) const MAX_LIB_LINES: usize = 120;
/// Most lines of a function, from `fn` to its closing brace. Aim at 40.
pub(super) const MAX_FUNCTION_LINES: usize = 80;
/// Most lines of the desktop shell in all, without tests and the declarations of its contract: it is wiring, the rest
/// belongs in `alexandria-library`.
pub(super) const MAX_DESKTOP_SHELL_LINES: usize = 2000;

/// What is too long in a Rust file.
pub(super) fn of_rust(path: &str, text: &str, outline: &Outline) -> Vec<Finding> {
    let mut findings = of_file(path, production_lines(path, text, outline));
    for function in outline.functions.iter().filter(|function| function.lines > MAX_FUNCTION_LINES) {
        let (name, lines) = (&function.name, count(function.lines, "line"));
        let message = format!(
            "function `{name}` has {lines}, the limit is {MAX_FUNCTION_LINES}; give its steps names and functions of their own"
        );
        findings.push(Finding::at(path, function.line, message));
    }
    findings
}

/// What is too long in a file of the given production lines.
pub(super) fn of_file(path: &str, lines: usize) -> Vec<Finding> {
    let (limit, advice) = match () {
        () if is_test(path) => (MAX_TEST_FILE_LINES, "split it by the behaviour it tests"),
        () if path.ends_with("/src/lib.rs") => {
            (MAX_LIB_LINES, "move the code into modules; lib.rs is a table of contents")
        }
        () => (MAX_FILE_LINES, "split it by concept, one operation or idea a file"),
    };
    if lines <= limit {
        return Vec::new();
    }
    vec![Finding::at(path, limit + 1, format!("{}, the limit is {limit}; {advice}", count(lines, "line")))]
}

/// Whether a file counts as wiring of the desktop shell.
pub(super) fn is_shell_wiring(path: &str) -> bool {
    path.starts_with("src-tauri/src/") && !path.starts_with("src-tauri/src/contract") && !is_test(path)
}

/// What is too long in the desktop shell as a whole, given the production lines of its wiring.
pub(super) fn of_desktop_shell(lines: usize) -> Vec<Finding> {
    if lines <= MAX_DESKTOP_SHELL_LINES {
        return Vec::new();
    }
    let lines = count(lines, "line");
    vec![Finding::general(format!(
        "src-tauri/src has {lines} without its contract, the limit is {MAX_DESKTOP_SHELL_LINES}; move what is not wiring to the library"
    ))]
}

/// Lines of a Rust file without the test modules inside it.
pub(super) fn production_lines(path: &str, text: &str, outline: &Outline) -> usize {
    let lines = text.lines().count();
    if is_test(path) { lines } else { lines.saturating_sub(outline.test_lines) }
}

/// Whether a file holds nothing but tests.
pub(super) fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "tests.rs"
        || name.contains(".test.")
        || name.contains(".spec.")
        || path.split('/').any(|folder| folder == "tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expect: &[&str]) {
        let findings = of_rust(path, text, &Outline::of(text).unwrap());
        let shown: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(expect), "{shown}");
        }
    }

    fn lines(number: usize) -> String {
        "const A: u8 = 1;\n".repeat(number)
    }

    #[test]
    fn file_over_its_limit_is_reported() {
        check("a/src/b.rs", &lines(500), &[]);
        check("a/src/b.rs", &lines(501), &["a/src/b.rs:501: 501 lines, the limit is 500"]);
        check("a/src/b/tests.rs", &lines(800), &[]);
        check("a/tests/story.rs", &lines(801), &["a/tests/story.rs:801: "]);
        check("a/src/lib.rs", &lines(120), &[]);
        check("a/src/lib.rs", &lines(121), &["a/src/lib.rs:121: 121 lines, the limit is 120"]);
    }

    #[test]
    fn inline_tests_do_not_count() {
        let with_tests = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", lines(499), lines(300));
        check("a/src/b.rs", &with_tests, &[]);
        check("a/src/b.rs", &format!("{with_tests}{}", lines(2)), &["a/src/b.rs:501: 501 lines"]);
    }

    #[test]
    fn function_over_eighty_lines_is_reported() {
        let function = |body: usize| format!("fn long() {{\n{}}}\n", "    call();\n".repeat(body));
        check("a/src/b.rs", &function(78), &[]);
        check("a/src/b.rs", &function(79), &["a/src/b.rs:1: function `long` has 81 lines, the limit is 80"]);
    }

    #[test]
    fn desktop_shell_is_limited_as_a_whole() {
        assert!(is_shell_wiring("src-tauri/src/app.rs"));
        assert!(!is_shell_wiring("src-tauri/src/contract/list.rs"));
        assert!(!is_shell_wiring("src-tauri/src/launch/tests.rs"));
        assert!(of_desktop_shell(2000).is_empty());
        assert_eq!(of_desktop_shell(2001).len(), 1);
    }
}
