//! The house rules as data: an edge, and what is said about it.

use super::*;

/// A graph of all classified crates, each without dependencies but for `edges`.
fn graph(edges: &[(&str, &str)]) -> Graph {
    let mut names: Vec<&str> = CRATES.iter().map(|place| place.name).collect();
    names.extend(edges.iter().map(|(from, _)| *from).filter(|from| !CRATES.iter().any(|place| place.name == *from)));
    let crates = names
        .into_iter()
        .map(|name| Crate {
            name: name.to_owned(),
            manifest: format!("{name}/Cargo.toml"),
            dependencies: edges
                .iter()
                .filter(|(from, _)| *from == name)
                .map(|(_, to)| Dependency { name: (*to).to_owned(), line: 9 })
                .collect(),
        })
        .collect();
    Graph { crates }
}

fn check(edges: &[(&str, &str)], expect: &[&str]) {
    let shown: Vec<String> = violations(&graph(edges)).iter().map(Finding::to_string).collect();
    assert_eq!(shown.len(), expect.len(), "{shown:?}");
    for (shown, expect) in shown.iter().zip(expect) {
        assert!(shown.contains(expect), "{shown} should contain {expect}");
    }
}

#[test]
fn the_table_itself_points_downward() {
    for place in CRATES {
        for used in place.uses {
            let used = CRATES.iter().find(|other| other.name == *used).unwrap();
            assert!(used.layer < place.layer, "{} -> {}", place.name, used.name);
        }
    }
}

#[test]
fn edges_downward_are_lawful() {
    check(&[(STORE, CRYPTO), (LIBRARY, STORE), (CLI, LIBRARY), (STORE, "thiserror")], &[]);
}

#[test]
fn edges_upward_and_between_engines_are_not() {
    check(
        &[(DOMAIN, CRYPTO)],
        &["alexandria-domain/Cargo.toml:9: `alexandria-domain` may not use `alexandria-crypto`"],
    );
    check(&[(STORE, INDEX)], &["`alexandria-store` may not use `alexandria-index`"]);
    check(&[(STORE, LIBRARY)], &["`alexandria-store` may not use `alexandria-library`"]);
    check(&[(EXTRACT, CRYPTO)], &["it may use alexandria-domain;"]);
    check(&[(CLI, STORE), (DESKTOP, INDEX)], &["`alexandria-cli`", "`alexandria-desktop`"]);
}

#[test]
fn a_crate_without_a_layer_fails() {
    check(
        &[("alexandria-novelty", "serde")],
        &["alexandria-novelty/Cargo.toml:1: crate `alexandria-novelty` has no layer"],
    );
}

#[test]
fn heavy_dependencies_have_one_owner() {
    check(&[(CRYPTO, "aes-gcm"), (STORE, "rusqlite"), (INDEX, "lance-io"), (DESKTOP, "tauri-build")], &[]);
    check(&[(STORE, "aes-gcm")], &["`aes-gcm` belongs to alexandria-crypto"]);
    check(&[(LIBRARY, "keyring-core")], &["`keyring-core` belongs to alexandria-vault"]);
    let store = "zbus-secret-service-keyring-store";
    check(&[(CLI, store)], &["`zbus-secret-service-keyring-store` belongs to alexandria-vault"]);
    check(
        &[(LIBRARY, "tauri-plugin-dialog"), (LIBRARY, "scraper")],
        &["`tauri-plugin-dialog`", "`scraper` belongs to alexandria-extract"],
    );
    check(&[(DESKTOP, "clap")], &["`clap` belongs to alexandria-cli and xtask"]);
}

#[test]
fn anyhow_is_for_programs() {
    check(&[(CLI, "anyhow"), (XTASK, "anyhow"), ("alexandria-tests-corpus", "anyhow")], &[]);
    check(&[(LIBRARY, "anyhow")], &["`anyhow` belongs to programs"]);
}

#[test]
fn the_vocabulary_does_not_serialise() {
    check(&[(LIBRARY, "serde"), (LIBRARY, "tokio")], &[]);
    check(
        &[(DOMAIN, "serde"), (DOMAIN, "serde_json")],
        &["`serde` may not be used by alexandria-domain", "`serde_json`"],
    );
}
