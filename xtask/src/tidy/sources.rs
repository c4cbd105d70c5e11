//! Rules for Rust files: sizes, module headers, no bare `allow`, no empty file. Absent: what clippy and rustc check (unwrap,
//! missing docs, unsafe).

use super::finding::Finding;
use super::limits;
use super::outline::Outline;
use super::tree::Tree;

/// Checks every Rust file of the tree.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut desktop_shell_lines = 0;
    for source in tree.sources(|path| path.ends_with(".rs"))? {
        let outline = match Outline::of(&source.text) {
            Ok(outline) => outline,
            Err(error) => {
                let line = error.span().start().line;
                findings.push(Finding::at(&source.path, line, format!("not valid Rust: {error}")));
                continue;
            }
        };
        findings.extend(of_file(&source.path, &source.text, &outline));
        if limits::is_shell_wiring(&source.path) {
            desktop_shell_lines += limits::production_lines(&source.path, &source.text, &outline);
        }
    }
    findings.extend(limits::of_desktop_shell(desktop_shell_lines));
    Ok(findings)
}

fn of_file(path: &str, text: &str, outline: &Outline) -> Vec<Finding> {
    let mut findings = limits::of_rust(path, text, outline);
    if outline.has_public_items && !outline.has_header {
        let message = "no module header; start the file with `//!`: its purpose, its boundary, what is absent";
        findings.push(Finding::at(path, 1, message));
    }
    if text.trim().is_empty() {
        findings.push(Finding::at(path, 1, "an empty file; delete it"));
    }
    let bare =
        "bare `allow`; write `#[expect(the_lint, reason = \"why it is right here\")]` or fix what the lint found";
    findings.extend(outline.allows.iter().map(|&line| Finding::at(path, line, bare)));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let findings = of_file("src/a.rs", text, &Outline::of(text).unwrap());
        let shown: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.contains(expect), "{shown}");
        }
    }

    #[test]
    fn public_items_need_a_header() {
        check("pub fn a() {}", &["src/a.rs:1: no module header"]);
        check("//! Purpose.\npub fn a() {}", &[]);
        check("fn a() {}", &[]);
    }

    #[test]
    fn empty_files_are_reported() {
        check("\n", &["src/a.rs:1: an empty file"]);
    }

    #[test]
    fn lint_exceptions_need_a_reason() {
        check("#[allow(dead_code)]\nfn a() {}", &["src/a.rs:1: bare `allow`"]);
        check("#[expect(dead_code, reason = \"shown\")]\nfn a() {}", &[]);
    }
}
