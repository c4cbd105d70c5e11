//! The threat model names the tests that show its promises, and each of them is there: a `path::function` leads to a
//! function of that file, and a `::function` to one of the file named before it.
//!
//! Whether the test shows what is said of it is for people to judge. Absent: paths without a function, which are the
//! business of [`super::documents`].

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};

use super::finding::Finding;
use super::tree::{Source, Tree};

/// The page.
const PAGE: &str = "docs/threat-model.md";

/// Looks for every function that the page names.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let pages = tree.sources(|path| path == PAGE)?;
    let Some(page) = pages.first() else {
        return Ok(vec![Finding::general(format!("`{PAGE}` is missing; it says which test shows each promise"))]);
    };
    let files: BTreeSet<&str> = named(&page.text).into_iter().map(|named| named.file).collect();
    Ok(unkept(page, &tree.sources(|path| files.contains(path))?))
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
        // Every second piece between backticks is a code span.
        for span in line.split('`').skip(1).step_by(2) {
            let (file, function) = span.split_once("::").map_or((span, None), |(file, rest)| (file, Some(rest)));
            if file.contains('/') {
                last = file;
            }
            let is_place = file.is_empty() || file.contains('/');
            all.extend(function.filter(|_| is_place).map(|function| Named { line: index + 1, file: last, function }));
        }
    }
    all
}

/// What a page names that is not in `sources`, the files that it names.
fn unkept(page: &Source, sources: &[Source]) -> Vec<Finding> {
    let there: BTreeMap<&str, BTreeSet<String>> =
        sources.iter().map(|source| (source.path.as_str(), functions(&source.text))).collect();
    let mut findings = Vec::new();
    for Named { line, file, function } in named(&page.text) {
        let message = match there.get(file) {
            Some(functions) if functions.contains(function) => continue,
            Some(_) => format!("`{file}` has no function `{function}`; name the test as it is, or say there is none"),
            None => format!("`{function}` is to be in `{file}`, which is not in the tree; name the file as it is now"),
        };
        findings.push(Finding::at(&page.path, line, message));
    }
    findings
}

/// The names of all functions of a Rust file; of one that cannot be read none, which another check tells.
fn functions(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(text.parse().unwrap_or_default(), &mut names);
    names
}

/// Token by token, because properties stand inside a macro, whose content is no syntax yet.
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

    const TESTS: &str = "mod tests {\n#[test] fn kept() {}\n}\nproptest! { #[test] fn law(a in 0..1) {} }\n\
                         // fn talk() {}\nconst A: &str = \"fn text() {}\";\nfn takes(_: fn(u8)) {}";

    fn check(page: &str, expect: &[&str]) {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [source("a/tests.rs", TESTS), source("b/other.rs", "fn other() {}")];
        let shown: Vec<String> = unkept(&source(PAGE, page), &sources).iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(&format!("{PAGE}:{expect}")), "{shown}");
        }
    }

    #[test]
    fn a_test_that_is_named_is_there() {
        check("`a/tests.rs::kept`, `::law`,\n`b/other.rs`, whose `::other`, and `a/tests.rs::takes`", &[]);
        check("one\n`a/tests.rs::lost`", &["2: `a/tests.rs` has no function `lost`"]);
        check("`a/tests.rs::kept`, `::lost`", &["1: `a/tests.rs` has no function `lost`"]);
        check("`a/tests.rs::kept`, then `b/other.rs::other`, `::kept`", &["1: `b/other.rs` has no function `kept`"]);
        check("`c/gone.rs::kept`", &["1: `kept` is to be in `c/gone.rs`, which is not in the tree"]);
        check("`::kept`", &["1: `kept` is to be in ``"]);
        check("`a/tests.rs::talk` `::text`", &["1: `a/tests.rs` has no", "1: `a/tests.rs` has no"]);
    }

    #[test]
    fn other_code_is_no_test() {
        check("named as `path::function`, `std::fs`, `docs/adr/0001-a.md`, `cargo xtask test`", &[]);
    }
}
