//! The layers of the house: which crate may use which, and who alone may touch a heavy dependency.
//!
//! A new crate is added to [`CRATES`] with its layer; a crate that is missing there fails. `ARCHITECTURE.md` says in
//! words what stands here as data.

#[cfg(test)]
mod tests;

use super::finding::Finding;

/// The layers, lowest first. A crate uses only crates of lower layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// What every other crate speaks of.
    Vocabulary,
    /// One heavy thing each; they do not know each other.
    Engine,
    /// The one API under every shell; the only place where the engines meet.
    UseCases,
    /// Wiring to a person: window or terminal.
    Shell,
    /// What the suites share.
    Stage,
    /// The suite over books, whose shelf others use.
    Shelf,
    /// Tests that cross crates.
    Suite,
    /// Repository tasks. Not part of the product.
    Tool,
}

/// A crate's place in the house.
struct Place {
    name: &'static str,
    layer: Layer,
    /// Crates of ours it may use.
    uses: &'static [&'static str],
}

const DOMAIN: &str = "alexandria-domain";
const CRYPTO: &str = "alexandria-crypto";
const EXTRACT: &str = "alexandria-extract";
const VAULT: &str = "alexandria-vault";
const STORE: &str = "alexandria-store";
const INDEX: &str = "alexandria-index";
const LIBRARY: &str = "alexandria-library";
const CLI: &str = "alexandria-cli";
const DESKTOP: &str = "alexandria-desktop";
const STAGE: &str = "alexandria-tests-stage";
const TESTS_CORPUS: &str = "alexandria-tests-corpus";
const TESTS_HOSTILE: &str = "alexandria-tests-hostile";
const BENCH: &str = "alexandria-bench";
const XTASK: &str = "xtask";

/// Every crate of the workspace.
const CRATES: &[Place] = &[
    Place { name: DOMAIN, layer: Layer::Vocabulary, uses: &[] },
    Place { name: CRYPTO, layer: Layer::Vocabulary, uses: &[] },
    Place { name: EXTRACT, layer: Layer::Engine, uses: &[DOMAIN] },
    Place { name: VAULT, layer: Layer::Engine, uses: &[DOMAIN, CRYPTO] },
    Place { name: STORE, layer: Layer::Engine, uses: &[DOMAIN, CRYPTO] },
    Place { name: INDEX, layer: Layer::Engine, uses: &[DOMAIN, CRYPTO] },
    Place { name: LIBRARY, layer: Layer::UseCases, uses: &[DOMAIN, CRYPTO, EXTRACT, VAULT, STORE, INDEX] },
    Place { name: CLI, layer: Layer::Shell, uses: &[LIBRARY] },
    Place { name: DESKTOP, layer: Layer::Shell, uses: &[LIBRARY] },
    Place { name: STAGE, layer: Layer::Stage, uses: &[] },
    Place { name: TESTS_CORPUS, layer: Layer::Shelf, uses: &[LIBRARY, STAGE] },
    Place { name: "alexandria-tests-atrest", layer: Layer::Suite, uses: &[DOMAIN, CRYPTO, INDEX, LIBRARY, STAGE] },
    Place { name: "alexandria-tests-crash", layer: Layer::Suite, uses: &[LIBRARY, STAGE] },
    Place { name: "alexandria-tests-desktop", layer: Layer::Suite, uses: &[STAGE] },
    Place {
        name: TESTS_HOSTILE,
        layer: Layer::Suite,
        uses: &[DOMAIN, CRYPTO, EXTRACT, VAULT, STORE, LIBRARY, STAGE, TESTS_CORPUS],
    },
    Place { name: BENCH, layer: Layer::Suite, uses: &[DOMAIN, CRYPTO, EXTRACT, VAULT, STORE, INDEX, LIBRARY, STAGE] },
    Place { name: XTASK, layer: Layer::Tool, uses: &[] },
];

/// Dependencies that only some crates may have. A star at the end stands for any ending; the first row that fits counts.
struct Owned {
    dependencies: &'static [&'static str],
    owners: Owners,
    why: &'static str,
}

/// Who may have a dependency.
#[derive(Clone, Copy)]
enum Owners {
    /// These crates.
    Only(&'static [&'static str]),
    /// Crates that end in a program: shells, suites and the tool.
    Programs,
    /// All crates but this one.
    AllBut(&'static str),
}

const OWNED: &[Owned] = &[
    Owned {
        dependencies: &["aes-gcm"],
        owners: Owners::Only(&[CRYPTO, BENCH]),
        why: "the cipher is used through alexandria-crypto; alexandria-bench measures it bare, beside ours",
    },
    Owned {
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
        ],
        owners: Owners::Only(&[CRYPTO]),
        why: "ciphers, key derivation and the random source are used through alexandria-crypto",
    },
    Owned {
        dependencies: &["zip"],
        owners: Owners::Only(&[EXTRACT, STAGE, TESTS_HOSTILE, BENCH]),
        why: "archives are read in alexandria-extract, under its limits; tests write small, hostile and many ones",
    },
    Owned {
        dependencies: &[
            "keyring",
            "keyring-*",
            "apple-native-keyring-store",
            "windows-native-keyring-store",
            "zbus-secret-service-keyring-store",
        ],
        owners: Owners::Only(&[VAULT]),
        why: "key custody is the vault's",
    },
    Owned {
        dependencies: &["rusqlite", "rusqlite_*", "libsqlite3-sys", "sqlx"],
        owners: Owners::Only(&[STORE, BENCH]),
        why: "SQL is spoken in alexandria-store alone; alexandria-bench copies a database into clear to measure it",
    },
    Owned {
        dependencies: &[
            "lance",
            "lance-*",
            "lancedb",
            "arrow*",
            "object_store",
            "fastembed",
            "ort",
            "ort-*",
            "tokenizers",
        ],
        owners: Owners::Only(&[INDEX, BENCH]),
        why: "vectors, the model and its runtime are alexandria-index's; alexandria-bench measures them bare, beside ours",
    },
    Owned {
        dependencies: &["roxmltree"],
        owners: Owners::Only(&[EXTRACT, TESTS_HOSTILE]),
        why: "files of others are parsed in alexandria-extract; the laws read its pages back with a parser it does not use",
    },
    Owned {
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
            "pdfium*",
            "whatlang",
        ],
        owners: Owners::Only(&[EXTRACT]),
        why: "files of others are parsed in alexandria-extract, under its limits",
    },
    Owned {
        dependencies: &["clap", "clap_*"],
        owners: Owners::Only(&[CLI, XTASK]),
        why: "the command line is a shell's",
    },
    Owned {
        dependencies: &["tauri", "tauri-*", "wry", "tao", "gtk", "webkit2gtk"],
        owners: Owners::Only(&[DESKTOP]),
        why: "the core runs without a window",
    },
    Owned {
        dependencies: &["anyhow", "eyre", "color-eyre"],
        owners: Owners::Programs,
        why: "a library returns an error type of its own for each operation",
    },
    Owned {
        dependencies: &["serde", "serde_*", "tokio", "async-*"],
        owners: Owners::AllBut(DOMAIN),
        why: "the vocabulary is pure; stored, wire and UI forms are types of their own at their boundary",
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
}

/// Every edge that the layers or the owners forbid, and every crate without a place.
pub(super) fn violations(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &graph.crates {
        let Some(place) = CRATES.iter().find(|place| place.name == member.name) else {
            let message = format!("crate `{}` has no layer; give it one in xtask/src/tidy/layers.rs", member.name);
            findings.push(Finding::at(&member.manifest, 1, message));
            continue;
        };
        for dependency in &member.dependencies {
            let ours = graph.crates.iter().any(|other| other.name == dependency.name);
            let complaint =
                if ours { forbidden_edge(place, &dependency.name) } else { foreign_property(place, &dependency.name) };
            findings.extend(complaint.map(|message| Finding::at(&member.manifest, dependency.line, message)));
        }
    }
    findings
}

/// Why `place` may not use our crate `dependency`, if it may not.
fn forbidden_edge(place: &Place, dependency: &str) -> Option<String> {
    if place.uses.contains(&dependency) {
        return None;
    }
    let may = if place.uses.is_empty() { "none of our crates".to_owned() } else { place.uses.join(", ") };
    Some(format!("`{}` may not use `{dependency}`: it may use {may}; engines meet in {LIBRARY} only", place.name))
}

/// Why `place` may not have the outside dependency, if it may not.
fn foreign_property(place: &Place, dependency: &str) -> Option<String> {
    let owned = OWNED.iter().find(|owned| owned.dependencies.iter().any(|pattern| matches(pattern, dependency)))?;
    let (allowed, who) = match owned.owners {
        Owners::Only(owners) => (owners.contains(&place.name), format!("belongs to {}", owners.join(" and "))),
        Owners::Programs => (place.layer >= Layer::Shell, "belongs to programs".to_owned()),
        Owners::AllBut(name) => (place.name != name, format!("may not be used by {name}")),
    };
    (!allowed).then(|| format!("`{dependency}` {who}: {}", owned.why))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |beginning| name.starts_with(beginning))
}
