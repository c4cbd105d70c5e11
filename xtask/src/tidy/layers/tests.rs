//! Dependencies and what is reported of each, as data.

use super::*;

/// A graph of all listed crates, with only these dependencies; `dev:` marks one for tests.
fn graph(edges: &[(&str, &str)]) -> Graph {
    let mut names: Vec<&str> = CRATES.iter().map(|rule| rule.name).collect();
    names.extend(edges.iter().map(|(from, _)| *from).filter(|from| !CRATES.iter().any(|rule| rule.name == *from)));
    let dependency = |to: &str| Dependency {
        name: to.trim_start_matches("dev:").to_owned(),
        line: 9,
        is_for_tests: to.starts_with("dev:"),
    };
    let crates = names
        .into_iter()
        .map(|name| Crate {
            name: name.to_owned(),
            manifest: format!("{name}/Cargo.toml"),
            dependencies: edges.iter().filter(|(from, _)| *from == name).map(|(_, to)| dependency(to)).collect(),
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
fn crate_rules_point_to_lower_layers() {
    for rule in CRATES {
        for used in rule.uses {
            let used = CRATES.iter().find(|other| other.name == *used).unwrap();
            assert!(used.layer < rule.layer, "{} -> {}", rule.name, used.name);
        }
    }
}

#[test]
fn dependencies_on_lower_layers_are_allowed() {
    check(&[(STORE, CRYPTO), (LIBRARY, STORE), (CLI, LIBRARY), (STORE, "thiserror")], &[]);
}

#[test]
fn dependencies_upward_and_between_engines_are_forbidden() {
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
    check(
        &[(DESKTOP, "clap")],
        &["`clap` belongs to alexandria-cli and alexandria-release and alexandria-server and xtask"],
    );
}

#[test]
fn anyhow_is_for_programs_only() {
    check(&[(CLI, "anyhow"), (XTASK, "anyhow"), ("alexandria-tests-corpus", "anyhow")], &[]);
    check(&[(LIBRARY, "anyhow")], &["`anyhow` belongs to programs"]);
}

#[test]
fn domain_does_not_serialize() {
    check(&[(LIBRARY, "serde"), (LIBRARY, "tokio")], &[]);
    check(
        &[(DOMAIN, "serde"), (DOMAIN, "serde_json")],
        &["`serde` may not be used by alexandria-domain", "`serde_json`"],
    );
}

#[test]
fn network_update_server_and_pdf_dependencies_have_one_owner() {
    check(&[(NET, "reqwest"), (NET, "rustls"), (UPDATE, "tough"), (SERVER, "axum"), (PDF, "hayro")], &[]);
    check(&[(PROTOCOL, "postcard"), (SERVER, "sqlx"), (SERVER, "anyhow")], &[]);
    check(&[(LIBRARY, "reqwest")], &["`reqwest` belongs to alexandria-net"]);
    check(&[(SYNC, "rustls"), (UPDATE, "reqwest")], &["`rustls` belongs to alexandria-net", "`reqwest` belongs to"]);
    check(&[(LIBRARY, "tough")], &["`tough` belongs to alexandria-update"]);
    check(&[(STORE, "sqlx"), (CLI, "axum")], &["`sqlx` belongs to alexandria-server", "`axum` belongs to"]);
    check(&[(NET, "redis"), (NET, "tokio-postgres")], &["`redis` belongs to", "`tokio-postgres` belongs to"]);
    check(&[(EXTRACT, "hayro")], &["`hayro` belongs to alexandria-pdf"]);
}

#[test]
fn server_reaches_nothing_but_the_protocol() {
    for name in [DOMAIN, CRYPTO, VAULT, LIBRARY] {
        check(
            &[(SERVER, name)],
            &[&format!("`alexandria-server` may not use `{name}`: it may use alexandria-protocol")],
        );
        check(&[(PROTOCOL, name)], &[&format!("`alexandria-protocol` may not use `{name}`")]);
    }
    check(&[(SERVER, PROTOCOL)], &[]);
}

#[test]
fn tests_of_every_crate_may_skip_and_products_may_not() {
    check(&[(STORE, "dev:alexandria-tests-skip"), (TEST_SUPPORT, TEST_SKIP)], &[]);
    check(&[(STORE, TEST_SKIP)], &["`alexandria-store` may not use `alexandria-tests-skip`"]);
    check(&[(STORE, "dev:alexandria-tests-support")], &["`alexandria-store` may not use `alexandria-tests-support`"]);
}
