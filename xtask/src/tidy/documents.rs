//! Documents refer only to what exists: links to files, paths in the maps, and pages that comments refer to. Links to the web
//! are not followed: tidy works without a network.

use super::finding::Finding;
use super::tree::{Source, Tree};

/// Documents whose code spans that look like paths have to be paths of this repository.
const MAPS: &[&str] = &["ARCHITECTURE.md", "README.md", "docs/threat-model.md"];

/// Extensions that make a code span without a slash a path.
const EXTENSIONS: &[&str] = &[".md", ".rs", ".toml", ".lock", ".json", ".yml", ".ts", ".svelte", ".css", ".html"];

/// Checks every document, and references to documents in sources.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let exists = |path: &str| tree.has(path);
    let mut findings = Vec::new();
    for source in tree.sources(|path| path.ends_with(".md"))? {
        findings.extend(dead_links(&source, &exists));
        if MAPS.contains(&source.path.as_str()) {
            findings.extend(dead_paths(&source, &exists));
        }
    }
    for source in tree.sources(|path| path.ends_with(".rs") || path.ends_with(".toml") || path.ends_with(".ts"))? {
        findings.extend(dead_references(&source, &exists));
    }
    Ok(findings)
}

/// Links of a document to files that do not exist.
fn dead_links(source: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in prose(&source.text) {
        for target in targets(line) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            let path = resolve(&source.path, path);
            if !exists(&path) {
                findings.push(Finding::at(
                    &source.path,
                    number,
                    format!("link to `{path}`, which is not in the tree; fix or remove it"),
                ));
            }
        }
    }
    findings
}

/// Code spans of a map that look like paths but are not in the tree.
fn dead_paths(source: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in prose(&source.text) {
        // Every second part between backticks is a code span.
        for span in line.split('`').skip(1).step_by(2).filter(|span| looks_like_path(span)) {
            if !exists(span) {
                let message =
                    format!("`{span}` is not in the tree; name the path as it is now, from the repository's root");
                findings.push(Finding::at(&source.path, number, message));
            }
        }
    }
    findings
}

/// Pages under `docs/` that a comment refers to and that do not exist.
fn dead_references(source: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate().filter(|(_, line)| is_comment(line)) {
        let words = line.split(|letter: char| !is_path_letter(letter));
        for page in words.filter(|word| word.starts_with("docs/") && word.ends_with(".md")) {
            if !exists(page) {
                findings.push(Finding::at(
                    &source.path,
                    index + 1,
                    format!("refers to `{page}`, which is not in the tree"),
                ));
            }
        }
    }
    findings
}

/// Whether a line of Rust, TypeScript or TOML starts with a comment.
fn is_comment(line: &str) -> bool {
    ["//", "#", "*", "/*"].iter().any(|mark| line.trim_start().starts_with(mark))
}

/// The lines of a Markdown text outside fenced code, with their numbers from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fence && !fenced).then_some((index + 1, line))
    })
}

/// Targets of inline links, link definitions and images of a line of Markdown.
fn targets(line: &str) -> Vec<&str> {
    let mut targets: Vec<&str> = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()).collect();
    for attribute in ["src=\"", "href=\"", "srcset=\""] {
        targets.extend(line.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()));
    }
    if line.starts_with('[')
        && let Some((_, target)) = line.split_once("]: ")
    {
        targets.push(target.trim());
    }
    targets
}

/// The path from the root that `target` means in the document `from`.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Whether a code span means a file or folder rather than a command, a type or an address.
fn looks_like_path(span: &str) -> bool {
    let letters = !span.is_empty() && span.chars().all(is_path_letter);
    let form = span.contains('/') || EXTENSIONS.iter().any(|extension| span.ends_with(extension));
    letters
        && form
        && span.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '.')
        && !span.starts_with("..")
}

fn is_path_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '/' | '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &[&str] =
        &["README.md", "docs/adr/0001-a.md", "docs/guide/index.md", "docs/guide/search.md", "xtask/src/main.rs"];

    type Rule = fn(&Source, &dyn Fn(&str) -> bool) -> Vec<Finding>;

    fn check(rule: Rule, path: &str, text: &str, expect: &[&str]) {
        let exists = |path: &str| {
            TREE.iter().any(|it| *it == path || it.starts_with(&format!("{}/", path.trim_end_matches('/'))))
        };
        let shown: Vec<String> = rule(&Source { path: path.to_owned(), text: text.to_owned() }, &exists)
            .iter()
            .map(Finding::to_string)
            .collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(expect), "{shown}");
        }
    }

    #[test]
    fn links_are_relative_to_their_document() {
        let dead = |path, text, expect| check(dead_links, path, text, expect);
        dead("docs/guide/index.md", "[a](search.md) [b](../adr/0001-a.md#why) [c](../../README.md)", &[]);
        dead("docs/guide/index.md", "one\n[a](lost.md)", &["docs/guide/index.md:2: link to `docs/guide/lost.md`"]);
        dead(
            "README.md",
            "[web](https://example.org/lost.md) [here](#use) <img src=\"lost.png\">",
            &["README.md:1: link to `lost.png`"],
        );
        dead("README.md", "```\n[a](lost.md)\n```\n[b]: lost.md", &["README.md:4: link to `lost.md`"]);
    }

    #[test]
    fn missing_paths_of_a_map_are_reported() {
        let dead = |text, expect| check(dead_paths, "ARCHITECTURE.md", text, expect);
        dead(
            "`xtask/src/main.rs`, `docs/guide/`, `docs`, `cargo xtask tidy`, `book:`, `lib.rs::X`, `@scope/name`",
            &[],
        );
        dead(
            "`xtask/src/lost.rs` and `lost.md`",
            &["ARCHITECTURE.md:1: `xtask/src/lost.rs`", "ARCHITECTURE.md:1: `lost.md`"],
        );
        dead("```\n`xtask/src/lost.rs`\n```", &[]);
    }

    #[test]
    fn missing_pages_in_comments_are_reported() {
        let dead = |text, expect| check(dead_references, "a.rs", text, expect);
        dead("//! See `docs/guide/search.md`.", &[]);
        dead("//! See `docs/guide/lost.md`.", &["a.rs:1: refers to `docs/guide/lost.md`"]);
        dead("const PAGE: &str = \"docs/guide/lost.md\";", &[]);
    }
}
