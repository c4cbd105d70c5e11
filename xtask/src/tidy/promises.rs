//! Every test that the threat model and the release manual name exists: `path::function` is a function of that file, and `::function` one of the
//! file named before it.
//!
//! Absent: whether the test shows what a page claims, which a review has to decide; paths without a function, which
//! [`super::documents`] checks.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};

use super::finding::Finding;
use super::tree::{Source, Tree};

/// The pages that name tests.
const PAGES: [&str; 2] = ["docs/threat-model.md", "docs/release.md"];

/// Checks every function that the pages name.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for name in PAGES {
        let pages = tree.sources(|path| path == name)?;
        let Some(page) = pages.first() else {
            findings.push(Finding::general(format!("`{name}` is missing; it names the tests of what is promised")));
            continue;
        };
        let files: BTreeSet<&str> = named(&page.text).into_iter().map(|named| named.file).collect();
        findings.extend(missing(page, &tree.sources(|path| files.contains(path))?));
    }
    Ok(findings)
}

/// A function that a page names.
struct Named<'a> {
    line: usize,
    file: &'a str,
    function: &'a str,
}

/// What a page names in its code spans.
fn named(page: &str) -> Vec<Named<'_>> {
    let (mut all, mut last) = (Vec::new(), "");
    for (index, line) in page.lines().enumerate() {
        // Every second part between backticks is a code span.
        for span in line.split('`').skip(1).step_by(2) {
            let (file, function) = span.split_once("::").map_or((span, None), |(file, rest)| (file, Some(rest)));
            if file.contains('/') {
                last = file;
            }
            let has_file = file.is_empty() || file.contains('/');
            all.extend(function.filter(|_| has_file).map(|function| Named { line: index + 1, file: last, function }));
        }
    }
    all
}

/// Functions that a page names and that are not in `sources`, the files that it names.
fn missing(page: &Source, sources: &[Source]) -> Vec<Finding> {
    let known: BTreeMap<&str, BTreeSet<String>> =
        sources.iter().map(|source| (source.path.as_str(), functions(&source.text))).collect();
    let mut findings = Vec::new();
    for Named { line, file, function } in named(&page.text) {
        let message = match known.get(file) {
            Some(functions) if functions.contains(function) => continue,
            Some(_) => format!("`{file}` has no function `{function}`; name the test as it is, or say there is none"),
            None => format!("`{function}` is to be in `{file}`, which is not in the tree; name the file as it is now"),
        };
        findings.push(Finding::at(&page.path, line, message));
    }
    findings
}

/// The names of all functions of a Rust file; none if it is not Rust, which another check reports.
fn functions(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(text.parse().unwrap_or_default(), &mut names);
    names
}

/// Token by token, because property tests are inside a macro, whose content is not parsed.
fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let mut after_fn = false;
    for token in tokens {
        match token {
            TokenTree::Ident(name) if after_fn => {
                names.insert(name.to_string());
                after_fn = false;
            }
            TokenTree::Ident(word) => after_fn = word == "fn",
            TokenTree::Group(group) => {
                collect(group.stream(), names);
                after_fn = false;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => after_fn = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TESTS: &str = "mod tests {\n#[test] fn present() {}\n}\nproptest! { #[test] fn law(a in 0..1) {} }\n\
                         // fn talk() {}\nconst A: &str = \"fn text() {}\";\nfn takes(_: fn(u8)) {}";

    fn check(page: &str, expect: &[&str]) {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [source("a/tests.rs", TESTS), source("b/other.rs", "fn other() {}")];
        const PAGE: &str = PAGES[0];
        let shown: Vec<String> = missing(&source(PAGE, page), &sources).iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(&format!("{PAGE}:{expect}")), "{shown}");
        }
    }

    #[test]
    fn missing_tests_are_reported() {
        check("`a/tests.rs::present`, `::law`,\n`b/other.rs`, whose `::other`, and `a/tests.rs::takes`", &[]);
        check("one\n`a/tests.rs::lost`", &["2: `a/tests.rs` has no function `lost`"]);
        check("`a/tests.rs::present`, `::lost`", &["1: `a/tests.rs` has no function `lost`"]);
        check(
            "`a/tests.rs::present`, then `b/other.rs::other`, `::present`",
            &["1: `b/other.rs` has no function `present`"],
        );
        check("`c/gone.rs::present`", &["1: `present` is to be in `c/gone.rs`, which is not in the tree"]);
        check("`::present`", &["1: `present` is to be in ``"]);
        check("`a/tests.rs::talk` `::text`", &["1: `a/tests.rs` has no", "1: `a/tests.rs` has no"]);
    }

    #[test]
    fn other_code_spans_are_ignored() {
        check("named as `path::function`, `std::fs`, `docs/adr/0001-a.md`, `cargo xtask test`", &[]);
    }
}
