//! External crates that only one module may name, whatever else its crate does. Which crates of ours may have them at all
//! is decided in [`super::layers`].

use proc_macro2::{TokenStream, TokenTree};

use super::finding::Finding;
use super::tree::{Source, Tree};

/// An external crate, and the only files that may name it.
struct RestrictedCrate {
    /// Its name in sources.
    name: &'static str,
    /// Files, or folders with a slash at the end.
    allowed: &'static [&'static str],
    why: &'static str,
}

const RESTRICTED: &[RestrictedCrate] = &[
    RestrictedCrate {
        name: "aes_gcm",
        allowed: &["crates/alexandria-crypto/src/hazmat.rs", "tests/bench/"],
        why: "one module chooses nonces, so that none is used twice; the benchmarks use the cipher alone for comparison",
    },
    RestrictedCrate {
        name: "getrandom",
        allowed: &["crates/alexandria-crypto/src/random.rs", "crates/alexandria-server/src/random.rs"],
        why: "one module asks the system for random bytes and wraps its error; the server cannot reach that of the app",
    },
];

/// Checks every Rust file.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let sources = tree.sources(|path| path.ends_with(".rs"))?;
    Ok(sources.iter().flat_map(of_file).collect())
}

fn of_file(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for RestrictedCrate { name, allowed, why } in RESTRICTED {
        // Parsing every file would take long. A file that is not Rust is reported by another check.
        if allowed.iter().any(|allowed| is_within(&source.path, allowed)) || !source.text.contains(name) {
            continue;
        }
        let mut lines = Vec::new();
        collect(source.text.parse().unwrap_or_default(), name, &mut lines);
        let message = format!("`{name}` is for {} alone: {why}", allowed.join(" and "));
        findings.extend(lines.into_iter().map(|line| Finding::at(&source.path, line, message.clone())));
    }
    findings
}

/// Whether `path` is the file `allowed`, or below that folder.
fn is_within(path: &str, allowed: &str) -> bool {
    path == allowed || (allowed.ends_with('/') && path.starts_with(allowed))
}

/// The lines that name `word` in code, at any depth.
fn collect(tokens: TokenStream, word: &str, lines: &mut Vec<usize>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) if name == word => lines.push(name.span().start().line),
            TokenTree::Group(group) => collect(group.stream(), word, lines),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expect: &[&str]) {
        let found = of_file(&Source { path: path.to_owned(), text: text.to_owned() });
        let shown: Vec<String> = found.iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(expect), "{shown}");
        }
    }

    #[test]
    fn restricted_crates_are_named_by_one_module() {
        let code = "use std::fs;\nuse aes_gcm::{Aes256Gcm, KeyInit};\nfn a() { drop(aes_gcm::Nonce::default()); }";
        let blob = "crates/alexandria-crypto/src/blob.rs";
        check(blob, code, &[&format!("{blob}:2: `aes_gcm` is for"), &format!("{blob}:3: `aes_gcm` is for")]);
        check("crates/alexandria-crypto/src/hazmat.rs", code, &[]);
        check("tests/bench/src/blob.rs", code, &[]);
        check(
            "tests/hostile/src/invariant/sealed.rs",
            "use aes_gcm as other;",
            &["tests/hostile/src/invariant/sealed.rs:1: "],
        );
        check(blob, "// aes_gcm\nfn aes_gcm_gives(_: &str) {}\nconst A: &str = \"aes_gcm\";", &[]);
        check(blob, "getrandom::fill(buffer)", &[&format!("{blob}:1: `getrandom` is for")]);
        check("crates/alexandria-crypto/src/random.rs", "getrandom::fill(buffer)", &[]);
    }
}
