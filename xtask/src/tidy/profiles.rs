//! The hot dependencies of the two build profiles are the same: what is compiled for speed in development also is in a
//! release, where everything else is compiled for size.
//!
//! Cargo has no way to name such a list once.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::Tree;

/// Where cargo reads profiles.
const MANIFEST: &str = "Cargo.toml";
const DEVELOPMENT: &str = "[profile.dev.package]";
const RELEASE: &str = "[profile.release.package]";

/// Compares the lists.
///
/// # Errors
/// If the manifest cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(tree.sources(|path| path == MANIFEST)?.iter().flat_map(|manifest| violations(&manifest.text)).collect())
}

fn violations(manifest: &str) -> Vec<Finding> {
    let (development, release) = (hot(manifest, DEVELOPMENT), hot(manifest, RELEASE));
    if development.is_empty() {
        return vec![Finding::general(format!("{MANIFEST}: {DEVELOPMENT} lists no package at level 3"))];
    }
    let missing = |from: &BTreeSet<&str>, to: &BTreeSet<&str>, section: &str| -> Vec<Finding> {
        let message = |name: &&str| Finding::general(format!("{MANIFEST}: {section} lacks `{name}` at level 3"));
        from.difference(to).map(message).collect()
    };
    [missing(&development, &release, RELEASE), missing(&release, &development, DEVELOPMENT)].concat()
}

/// The dependencies that a section compiles at level 3. Our own crates are at level 3 in every release.
fn hot<'a>(manifest: &'a str, section: &str) -> BTreeSet<&'a str> {
    manifest
        .lines()
        .skip_while(|line| *line != section)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .filter(|(_, settings)| settings.contains("opt-level = 3"))
        .map(|(name, _)| name.trim())
        .filter(|name| !name.starts_with("alexandria-"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(development: &str, release: &str, expect: &[&str]) {
        let manifest = format!(
            "[profile.dev.package]\n\"*\" = {{ opt-level = 0 }}\nalexandria-crypto = {{ opt-level = 3 }}\n{development}\n[profile.release]\nopt-level = 3\n\n[profile.release.package]\n\"*\" = {{ opt-level = \"s\" }}\n{release}"
        );
        let found: Vec<String> = violations(&manifest).iter().map(ToString::to_string).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn lists_of_hot_dependencies_are_compared() {
        let (aes, zip) = ("aes = { opt-level = 3 }", "zip = { opt-level = 3 }");
        check(aes, aes, &[]);
        check(
            aes,
            zip,
            &[
                "Cargo.toml: [profile.release.package] lacks `aes` at level 3",
                "Cargo.toml: [profile.dev.package] lacks `zip` at level 3",
            ],
        );
        check(aes, "aes = { opt-level = \"s\" }", &["Cargo.toml: [profile.release.package] lacks `aes` at level 3"]);
        check("", "", &["Cargo.toml: [profile.dev.package] lists no package at level 3"]);
    }
}
