//! The inventory of cryptography is complete: every label that separates one use of a key from another is listed and used in
//! one place only, and every listed label is in use.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::{Source, Tree};

/// The page that lists them.
const PAGE: &str = "docs/crypto-inventory.md";

/// Prefixes of labels.
const PREFIXES: &[&str] = &["alexandria/", "alx/"];

/// Compares the labels in the sources with those on the page.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let sources = tree.sources(is_product)?;
    let pages = tree.sources(|path| path == PAGE)?;
    let Some(page) = pages.first() else {
        return Ok(vec![Finding::general(format!("`{PAGE}` is missing; it lists every label of a key"))]);
    };
    Ok(differences(&sources, page))
}

/// Whether a file belongs to the product rather than to its tests.
fn is_product(path: &str) -> bool {
    let is_test = path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("/vectors.rs");
    path.starts_with("crates/") && path.contains("/src/") && path.ends_with(".rs") && !is_test
}

fn differences(sources: &[Source], page: &Source) -> Vec<Finding> {
    let listed: BTreeMap<&str, usize> = between(&page.text, "`", '`').map(|(line, label)| (label, line)).collect();
    let mut used: BTreeMap<&str, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for source in sources {
        for (line, label) in between(&source.text, "b\"", '"') {
            if let Some(other) = used.insert(label, &source.path) {
                let message = format!("label `{label}` is used in `{other}` too; give each use a label of its own");
                findings.push(Finding::at(&source.path, line, message));
            } else if !listed.contains_key(label) {
                let message = format!("label `{label}` is not in `{PAGE}`; add it there, with what it is for");
                findings.push(Finding::at(&source.path, line, message));
            }
        }
    }
    for (label, line) in listed.into_iter().filter(|(label, _)| !used.contains_key(label)) {
        let message = format!("label `{label}` is used nowhere; remove it, or name it as it is now");
        findings.push(Finding::at(&page.path, line, message));
    }
    findings
}

/// The labels between `open` and `close`, with their lines.
fn between<'a>(text: &'a str, open: &'a str, close: char) -> impl Iterator<Item = (usize, &'a str)> {
    text.lines().enumerate().flat_map(move |(index, line)| {
        let quoted = line.split(open).skip(1).filter_map(move |rest| rest.split(close).next());
        quoted.filter(|label| is_label(label)).map(move |label| (index + 1, label))
    })
}

fn is_label(text: &str) -> bool {
    let named = PREFIXES.iter().filter_map(|prefix| text.strip_prefix(prefix)).next();
    named.is_some_and(|name| !name.is_empty() && !name.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sources: &[&str], page: &str, expect: &[&str]) {
        let source = |path: String, text: &str| Source { path, text: text.to_owned() };
        let sources: Vec<Source> =
            sources.iter().zip('a'..).map(|(text, name)| source(format!("{name}.rs"), text)).collect();
        let found = differences(&sources, &source(PAGE.to_owned(), page));
        let shown: Vec<String> = found.iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(expect), "{shown}");
        }
    }

    #[test]
    fn labels_of_page_and_sources_are_equal() {
        let code = "const LABEL: &[u8] = b\"alexandria/ring/v1\";\nseal(b\"alx/blob/v1\");";
        let page = "| `alexandria/ring/v1` | x |\n| `alx/blob/v1` | y |";
        check(&[code], page, &[]);
        check(&[code], "| `alx/blob/v1` |", &["a.rs:1: label `alexandria/ring/v1` is not in"]);
        check(
            &[code],
            &format!("{page}\n`alx/old/v1`"),
            &["docs/crypto-inventory.md:3: label `alx/old/v1` is used nowhere"],
        );
        check(&[code, "seal(b\"alx/blob/v1\")"], page, &["b.rs:1: label `alx/blob/v1` is used in `a.rs` too"]);
        check(&["let other = b\"alexandria\"; \"alx/text/v1\"; b\"bytes\""], "`crates/a` `alx/`", &[]);
    }

    #[test]
    fn labels_of_tests_are_ignored() {
        assert!(is_product("crates/alexandria-crypto/src/recovery.rs"));
        for path in ["crates/a/src/tests.rs", "crates/a/src/b/tests/c.rs", "crates/a/src/vectors.rs", "xtask/src/a.rs"]
        {
            assert!(!is_product(path), "{path}");
        }
    }
}
