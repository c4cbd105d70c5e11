//! Sources for flatpak-builder from lock files: an address and a hash for every package, and what makes cargo and npm take them
//! from the folder instead of a registry.
//!
//! Whatever the lock files do not name by a hash is an error: a build without a network would miss it.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::dist::parts::sha512;

/// Where cargo looks for crates in the build.
const VENDOR: &str = "cargo/vendor";
/// Where npm looks for packages in the build, and how the lock file in `ui` names it.
const TARBALLS: &str = "npm";

/// Sources of every crate in a Cargo.lock, of all platforms: cargo wants them all to be there. `crates` is
/// the registry's `dl` (<https://doc.rust-lang.org/cargo/reference/registry-index.html#index-configuration>).
///
/// # Errors
/// If a crate is not from the registry or has no hash.
pub(super) fn of_cargo(lock: &str, crates: &str) -> anyhow::Result<Vec<Value>> {
    let mut sources = Vec::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(|value| value.trim_matches('"'))
        };
        let (name, version) = value("name").zip(value("version")).context("a package in Cargo.lock has no name")?;
        // Without a source it is ours.
        let Some(source) = value("source") else { continue };
        ensure!(
            source.starts_with("registry+"),
            "{name} is from {source}; the Flatpak takes crates from the registry only"
        );
        let hash = value("checksum").with_context(|| format!("{name} {version} has no hash in Cargo.lock"))?;
        let folder = format!("{VENDOR}/{name}-{version}");
        sources.push(json!({
            "type": "archive",
            "archive-type": "tar-gzip",
            "url": format!("{crates}/{name}/{version}/download"),
            "sha256": hash,
            "dest": folder,
        }));
        sources.push(json!({
            "type": "inline",
            // As text: the order of a JSON value's fields depends on the features of other crates.
            "contents": format!(r#"{{"files":{{}},"package":"{hash}"}}"#),
            "dest": folder,
            "dest-filename": ".cargo-checksum.json",
        }));
    }
    let config =
        format!("[source.crates-io]\nreplace-with = \"vendored\"\n\n[source.vendored]\ndirectory = \"{VENDOR}\"\n");
    // Passed to cargo by `--config`; the folder is looked up from the one above `.cargo`.
    sources.push(json!({ "type": "inline", "contents": config, "dest": ".cargo", "dest-filename": "vendored.toml" }));
    Ok(sources)
}

/// Sources of every package in a package-lock.json, of all platforms, and the same lock file with their places in the build.
/// Packages are below the address `registry`.
///
/// # Errors
/// If a package has no version or hash.
pub(super) fn of_npm(lock: &str, registry: &str) -> anyhow::Result<(Vec<Value>, Value)> {
    let mut lock: Value = serde_json::from_str(lock).context("package-lock.json is not JSON")?;
    let packages = lock.get_mut("packages").and_then(Value::as_object_mut);
    let mut sources: BTreeMap<String, Value> = BTreeMap::new();
    for (path, package) in packages.context("package-lock.json lists no packages")? {
        let Some((_, folder)) = path.rsplit_once("node_modules/") else { continue };
        let text = |field: &str| package.get(field).and_then(Value::as_str);
        // A package that is installed under another name has its own in the entry.
        let name = text("name").unwrap_or(folder).to_owned();
        let version = text("version").with_context(|| format!("{name} has no version in package-lock.json"))?;
        let hash = text("integrity").and_then(sha512);
        let hash = hash.with_context(|| format!("{name} {version} has no SHA-512 in package-lock.json"))?;
        let base = name.rsplit('/').next().unwrap_or(&name);
        let file = format!("{}-{version}.tgz", name.trim_start_matches('@').replace('/', "-"));
        let source = json!({
            "type": "file",
            "url": format!("{registry}/{name}/-/{base}-{version}.tgz"),
            "sha512": hash,
            "dest": TARBALLS,
            "dest-filename": file,
        });
        if let Some(other) = sources.get(&file) {
            ensure!(*other == source, "{name} {version} is in package-lock.json with two hashes, or as two packages");
        }
        package["resolved"] = json!(format!("file:../{TARBALLS}/{file}"));
        sources.insert(file, source);
    }
    Ok((sources.into_values().collect(), lock))
}

#[cfg(test)]
mod tests;
