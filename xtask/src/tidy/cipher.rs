//! The database engine is SQLCipher in the build as cargo resolves it.
//!
//! SQLite without SQLCipher silently ignores `PRAGMA key`, and the features of a crate depend on all crates that use it. So
//! this check reads the resolved graph, not a manifest. The store also refuses a connection without a cipher at run time.

use anyhow::Context as _;
use cargo_metadata::MetadataCommand;

use super::finding::Finding;
use super::tree::Tree;

/// Features that each package must have.
const REQUIRED_FEATURES: &[(&str, &[&str])] = &[
    ("libsqlite3-sys", &["bundled-sqlcipher", "bundled-sqlcipher-vendored-openssl"]),
    ("rusqlite", &["bundled-sqlcipher", "bundled-sqlcipher-vendored-openssl"]),
];

/// A package as cargo resolved it.
#[derive(Clone, Debug)]
struct Resolved {
    name: String,
    features: Vec<String>,
}

/// Checks the engine in the resolved graph.
///
/// # Errors
/// If cargo cannot resolve the graph from the lock file.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let metadata = MetadataCommand::new()
        .current_dir(tree.root())
        // Not offline: on a new machine this is the first that needs the crates, for the packages of all systems.
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .context("cargo cannot resolve the dependencies")?;
    let nodes = metadata.resolve.as_ref().map(|resolve| resolve.nodes.as_slice()).unwrap_or_default();
    let resolved: Vec<Resolved> = nodes
        .iter()
        .map(|node| Resolved {
            name: metadata[&node.id].name.to_string(),
            features: node.features.iter().map(ToString::to_string).collect(),
        })
        .collect();
    Ok(violations(&resolved))
}

fn violations(resolved: &[Resolved]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, features) in REQUIRED_FEATURES {
        let found: Vec<&Resolved> = resolved.iter().filter(|package| package.name == *name).collect();
        let [only] = found.as_slice() else {
            let message = format!("{} packages `{name}` are resolved, and there must be one", found.len());
            findings.push(Finding::general(message));
            continue;
        };
        for feature in features.iter().filter(|feature| !only.features.iter().any(|has| has == *feature)) {
            findings.push(Finding::general(format!(
                "`{name}` is resolved without `{feature}`: the database would not be encrypted; see Cargo.toml"
            )));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resolved: &[(&str, &[&str])], expect: &[&str]) {
        let package = |(name, features): &(&str, &[&str])| Resolved {
            name: (*name).to_owned(),
            features: features.iter().map(ToString::to_string).collect(),
        };
        let resolved: Vec<Resolved> = resolved.iter().map(package).collect();
        let found: Vec<String> = violations(&resolved).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expect.len(), "{found:?}");
        for (found, expect) in found.iter().zip(expect) {
            assert!(found.contains(expect), "{found}");
        }
    }

    #[test]
    fn engine_without_cipher_and_second_engine_are_reported() {
        let (sys, rusqlite) = (REQUIRED_FEATURES[0], REQUIRED_FEATURES[1]);
        check(&[sys, rusqlite, ("serde", &[])], &[]);
        check(
            &[("libsqlite3-sys", &["bundled"]), rusqlite],
            &["without `bundled-sqlcipher`", "without `bundled-sqlcipher-vendored"],
        );
        check(&[sys, sys, rusqlite], &["2 packages `libsqlite3-sys`"]);
        check(&[sys], &["0 packages `rusqlite`"]);
    }
}
