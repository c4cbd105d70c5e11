//! The layers of the workspace: which crate may use which, and which crate alone may have a heavy dependency.
//!
//! A new crate is added to [`CRATES`] with its layer; a crate that is not listed fails. Rows for planned crates are
//! already there, so that they start with their rules. `ARCHITECTURE.md` describes in words what this file holds as data.

#[cfg(test)]
mod tests;

use super::finding::Finding;

/// The layers, lowest first. A crate uses only crates of lower layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// What tests of every crate may use.
    TestBase,
    /// Types that every other crate uses.
    Vocabulary,
    /// One heavy dependency or format each; engines do not know each other.
    Engine,
    /// An engine in a process of its own.
    Process,
    /// The one API under every shell; the only crate where engines meet.
    UseCases,
    /// User interfaces: window and terminal.
    Shell,
    /// The cloud backend, which shares nothing with the app but the protocol.
    Server,
    /// Helpers shared by the test suites.
    TestSupport,
    /// The suite over real books, whose code other suites use.
    CorpusSuite,
    /// Tests that cross crates.
    Suite,
    /// Tasks of the repository and of releases; not part of the product.
    Tool,
    /// Tests of what the tools make.
    ToolSuite,
}

/// What one crate may use.
struct CrateRule {
    name: &'static str,
    layer: Layer,
    /// Crates of this workspace that it may depend on.
    uses: &'static [&'static str],
}

const DOMAIN: &str = "alexandria-domain";
const CRYPTO: &str = "alexandria-crypto";
const PROTOCOL: &str = "alexandria-protocol";
const EXTRACT: &str = "alexandria-extract";
const VAULT: &str = "alexandria-vault";
const STORE: &str = "alexandria-store";
const INDEX: &str = "alexandria-index";
const PDF: &str = "alexandria-pdf";
const NET: &str = "alexandria-net";
const SYNC: &str = "alexandria-sync";
const UPDATE: &str = "alexandria-update";
const WORKER: &str = "alexandria-worker";
const LIBRARY: &str = "alexandria-library";
const CLI: &str = "alexandria-cli";
const DESKTOP: &str = "alexandria-desktop";
const SERVER: &str = "alexandria-server";
const TEST_SKIP: &str = "alexandria-tests-skip";
const TEST_SUPPORT: &str = "alexandria-tests-support";
const TESTS_CORPUS: &str = "alexandria-tests-corpus";
const TESTS_HOSTILE: &str = "alexandria-tests-hostile";
const BENCH: &str = "alexandria-bench";
const TESTS_UPDATE: &str = "alexandria-tests-update";
const RELEASE: &str = "alexandria-release";
const XTASK: &str = "xtask";

const fn rule(name: &'static str, layer: Layer, uses: &'static [&'static str]) -> CrateRule {
    CrateRule { name, layer, uses }
}

/// Every crate of the workspace, and those that are planned.
const CRATES: &[CrateRule] = &[
    rule(TEST_SKIP, Layer::TestBase, &[]),
    rule(DOMAIN, Layer::Vocabulary, &[]),
    rule(CRYPTO, Layer::Vocabulary, &[]),
    rule(PROTOCOL, Layer::Vocabulary, &[]),
    rule(EXTRACT, Layer::Engine, &[DOMAIN]),
    rule(VAULT, Layer::Engine, &[DOMAIN, CRYPTO]),
    rule(STORE, Layer::Engine, &[DOMAIN, CRYPTO]),
    rule(INDEX, Layer::Engine, &[DOMAIN, CRYPTO]),
    rule(PDF, Layer::Engine, &[DOMAIN]),
    rule(NET, Layer::Engine, &[DOMAIN, PROTOCOL]),
    rule(SYNC, Layer::Engine, &[DOMAIN, CRYPTO, PROTOCOL]),
    rule(UPDATE, Layer::Engine, &[DOMAIN]),
    rule(WORKER, Layer::Process, &[DOMAIN, EXTRACT, PDF]),
    rule(
        LIBRARY,
        Layer::UseCases,
        &[DOMAIN, CRYPTO, PROTOCOL, EXTRACT, VAULT, STORE, INDEX, PDF, NET, SYNC, UPDATE, WORKER],
    ),
    rule(CLI, Layer::Shell, &[LIBRARY]),
    rule(DESKTOP, Layer::Shell, &[LIBRARY]),
    rule(SERVER, Layer::Server, &[PROTOCOL]),
    rule(TEST_SUPPORT, Layer::TestSupport, &[TEST_SKIP]),
    rule(TESTS_CORPUS, Layer::CorpusSuite, &[LIBRARY, TEST_SUPPORT]),
    rule("alexandria-tests-atrest", Layer::Suite, &[DOMAIN, CRYPTO, INDEX, LIBRARY, TEST_SUPPORT]),
    rule("alexandria-tests-crash", Layer::Suite, &[LIBRARY, TEST_SUPPORT]),
    rule("alexandria-tests-desktop", Layer::Suite, &[TEST_SUPPORT]),
    rule(
        TESTS_HOSTILE,
        Layer::Suite,
        &[
            DOMAIN,
            CRYPTO,
            PROTOCOL,
            EXTRACT,
            PDF,
            VAULT,
            STORE,
            NET,
            UPDATE,
            WORKER,
            LIBRARY,
            TEST_SUPPORT,
            TESTS_CORPUS,
        ],
    ),
    rule(BENCH, Layer::Suite, &[DOMAIN, CRYPTO, EXTRACT, VAULT, STORE, INDEX, LIBRARY, TEST_SUPPORT]),
    rule(RELEASE, Layer::Tool, &[NET, UPDATE]),
    rule(TESTS_UPDATE, Layer::ToolSuite, &[NET, UPDATE, RELEASE, TEST_SKIP, TEST_SUPPORT, "alexandria-tests-desktop"]),
    rule(
        "alexandria-tests-sync",
        Layer::ToolSuite,
        &[TEST_SUPPORT, "alexandria-tests-atrest", "alexandria-tests-desktop"],
    ),
    rule(XTASK, Layer::Tool, &[]),
];

/// External dependencies that only some crates may have. A `*` at the end matches any suffix; the first matching row
/// decides.
struct OwnedDependencies {
    dependencies: &'static [&'static str],
    owners: Owners,
    why: &'static str,
}

/// Who may have a dependency.
#[derive(Clone, Copy)]
enum Owners {
    /// These crates.
    Only(&'static [&'static str]),
    /// Crates that are programs: shells, server, suites and the tool.
    Programs,
    /// All crates but this one.
    AllBut(&'static str),
}

const OWNED: &[OwnedDependencies] = &[
    OwnedDependencies {
        dependencies: &["aes-gcm"],
        owners: Owners::Only(&[CRYPTO, BENCH]),
        why: "the cipher is used through alexandria-crypto; alexandria-bench measures it alone for comparison",
    },
    OwnedDependencies {
        dependencies: &[
            "aes",
            "aes-*",
            "aead",
            "chacha20*",
            "argon2",
            "hkdf",
            "hmac",
            "getrandom",
            "rand",
            "rand_*",
            "subtle",
            "opaque-ke",
            "hpke",
        ],
        owners: Owners::Only(&[CRYPTO, SERVER]),
        why: "ciphers, key derivation and the random source are used through alexandria-crypto; the server, which cannot \
              reach it, draws its own session tokens and answers sign-ins",
    },
    OwnedDependencies {
        dependencies: &["ed25519-dalek"],
        owners: Owners::Only(&[PROTOCOL]),
        why: "records and statements of devices are signed and verified in alexandria-protocol, by app and server alike",
    },
    OwnedDependencies {
        dependencies: &["zip"],
        owners: Owners::Only(&[EXTRACT, WORKER, TEST_SUPPORT, TESTS_HOSTILE, BENCH]),
        why: "archives are read in alexandria-extract, under its limits; tests only write them",
    },
    OwnedDependencies {
        dependencies: &[
            "keyring",
            "keyring-*",
            "apple-native-keyring-store",
            "windows-native-keyring-store",
            "zbus-secret-service-keyring-store",
        ],
        owners: Owners::Only(&[VAULT]),
        why: "only alexandria-vault talks to the OS keychain",
    },
    OwnedDependencies {
        dependencies: &["rusqlite", "rusqlite_*", "libsqlite3-sys"],
        owners: Owners::Only(&[STORE, SERVER, BENCH]),
        why: "the library database is accessed through alexandria-store, and the server has one of its own; \
              alexandria-bench measures a plaintext copy",
    },
    OwnedDependencies {
        dependencies: &["lance", "lance-*", "lancedb", "arrow*", "fastembed", "ort", "ort-*", "tokenizers"],
        owners: Owners::Only(&[INDEX, BENCH]),
        why: "vectors, the model and its runtime belong to alexandria-index; alexandria-bench measures them alone",
    },
    OwnedDependencies {
        dependencies: &["object_store"],
        owners: Owners::Only(&[INDEX, SERVER, BENCH]),
        why: "alexandria-index stores its tables through it, and the server parts of blobs; nothing else writes objects",
    },
    OwnedDependencies {
        dependencies: &["roxmltree"],
        owners: Owners::Only(&[EXTRACT, TESTS_HOSTILE, RELEASE]),
        why: "foreign files are parsed in alexandria-extract; its property tests use a parser that it does not, and \
              alexandria-release reads the seals of bundles that it signed",
    },
    OwnedDependencies {
        dependencies: &[
            "quick-xml",
            "html5ever",
            "markup5ever*",
            "scraper",
            "ammonia",
            "pulldown-cmark",
            "comrak",
            "epub",
            "encoding_rs",
            "chardetng",
            "image",
            "whatlang",
        ],
        owners: Owners::Only(&[EXTRACT]),
        why: "foreign files are parsed in alexandria-extract, under its limits",
    },
    OwnedDependencies {
        dependencies: &["hayro", "hayro-*", "pdfium*"],
        owners: Owners::Only(&[PDF]),
        why: "PDF is rendered in alexandria-pdf, which runs in a worker process only",
    },
    OwnedDependencies {
        dependencies: &["landlock", "seccompiler"],
        owners: Owners::Only(&[WORKER]),
        why: "alexandria-worker confines the process that reads foreign files; nothing else may confine the program",
    },
    OwnedDependencies {
        dependencies: &["reqwest", "reqwest-*", "rustls", "rustls-*", "hyper-rustls", "tokio-rustls"],
        owners: Owners::Only(&[NET, SERVER]),
        why: "every request goes through alexandria-net, which applies the policy and logs it; the server's tests are clients",
    },
    OwnedDependencies {
        dependencies: &["tough", "tough-*"],
        owners: Owners::Only(&[UPDATE, RELEASE]),
        why: "signed release metadata is verified in alexandria-update and written in alexandria-release",
    },
    OwnedDependencies {
        dependencies: &[
            "axum",
            "axum-*",
            "sqlx",
            "sqlx-*",
            "tokio-postgres",
            "deadpool*",
            "redis",
            "aws-sdk-*",
            "object-store-s3",
        ],
        owners: Owners::Only(&[SERVER]),
        why: "web framework, Postgres, Redis and S3 belong to alexandria-server",
    },
    OwnedDependencies {
        dependencies: &["postcard", "ciborium", "minicbor", "minicbor-*", "prost", "prost-*"],
        owners: Owners::Only(&[PROTOCOL, SYNC]),
        why: "the encoding of frames belongs to alexandria-protocol, that of what is sealed in them to alexandria-sync",
    },
    OwnedDependencies {
        dependencies: &["clap", "clap_*"],
        owners: Owners::Only(&[CLI, RELEASE, SERVER, XTASK]),
        why: "the library has no command line",
    },
    OwnedDependencies {
        dependencies: &["tauri", "tauri-*", "wry", "tao", "gtk", "webkit2gtk"],
        owners: Owners::Only(&[DESKTOP]),
        why: "the core runs without a window",
    },
    OwnedDependencies {
        dependencies: &["anyhow", "eyre", "color-eyre"],
        owners: Owners::Programs,
        why: "a library returns its own error type for each operation",
    },
    OwnedDependencies {
        dependencies: &["serde", "serde_*", "tokio", "async-*"],
        owners: Owners::AllBut(DOMAIN),
        why: "alexandria-domain is pure; stored, wire and UI forms are separate types at their boundary",
    },
];

/// The workspace's crates and what each declares.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Every member of the workspace.
    pub(super) crates: Vec<Crate>,
}

/// A member of the workspace.
#[derive(Debug)]
pub(super) struct Crate {
    /// Its package name.
    pub(super) name: String,
    /// Its manifest, from the repository's root.
    pub(super) manifest: String,
    /// Everything in its manifest's dependency tables: normal, build, test, and for other platforms.
    pub(super) dependencies: Vec<Dependency>,
}

/// A line of a dependency table.
#[derive(Debug)]
pub(super) struct Dependency {
    /// The package's real name.
    pub(super) name: String,
    /// Line in the manifest, from 1.
    pub(super) line: usize,
    /// It is a development dependency.
    pub(super) is_for_tests: bool,
}

/// Every dependency that the layers or the owners forbid, and every crate without a layer.
pub(super) fn violations(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &graph.crates {
        let Some(rule) = CRATES.iter().find(|rule| rule.name == member.name) else {
            let message = format!("crate `{}` has no layer; give it one in xtask/src/tidy/layers.rs", member.name);
            findings.push(Finding::at(&member.manifest, 1, message));
            continue;
        };
        for dependency in &member.dependencies {
            let is_ours = graph.crates.iter().any(|other| other.name == dependency.name);
            let message = match () {
                () if !is_ours => owned_by_others(rule, &dependency.name),
                () if dependency.is_for_tests && dependency.name == TEST_SKIP => None,
                () => forbidden_crate(rule, &dependency.name),
            };
            findings.extend(message.map(|message| Finding::at(&member.manifest, dependency.line, message)));
        }
    }
    findings
}

/// Why a crate may not use the crate `dependency` of this workspace, if it may not.
fn forbidden_crate(rule: &CrateRule, dependency: &str) -> Option<String> {
    if rule.uses.contains(&dependency) {
        return None;
    }
    let allowed = if rule.uses.is_empty() { "none of our crates".to_owned() } else { rule.uses.join(", ") };
    Some(format!("`{}` may not use `{dependency}`: it may use {allowed}; engines meet in {LIBRARY} only", rule.name))
}

/// Why a crate may not have the external `dependency`, if it may not.
fn owned_by_others(rule: &CrateRule, dependency: &str) -> Option<String> {
    let owned = OWNED.iter().find(|owned| owned.dependencies.iter().any(|pattern| matches(pattern, dependency)))?;
    let (is_allowed, who) = match owned.owners {
        Owners::Only(owners) => (owners.contains(&rule.name), format!("belongs to {}", owners.join(" and "))),
        Owners::Programs => (rule.layer >= Layer::Shell, "belongs to programs".to_owned()),
        Owners::AllBut(name) => (rule.name != name, format!("may not be used by {name}")),
    };
    (!is_allowed).then(|| format!("`{dependency}` {who}: {}", owned.why))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |prefix| name.starts_with(prefix))
}
