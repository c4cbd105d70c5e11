//! What others wrote and is compiled into the programs: crates, and packages of the UI.
//!
//! Absent: the model and ONNX Runtime, which are files of their own, and programs that only build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use serde_json::Value;

use super::platform::Platform;
use crate::workspace::Workspace;

/// The packages that are shipped.
const SHIPPED: &[&str] = &["alexandria-cli", "alexandria-desktop", "alexandria-worker"];

/// A package of npm that is listed as a tool, but whose code ends up in the UI.
const COMPILED_IN: &str = "svelte";

/// Where a part comes from, as package URLs name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Registry {
    Cargo,
    Npm,
}

/// What somebody else wrote.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) registry: Registry,
    pub(super) name: String,
    pub(super) version: String,
    /// As the part itself states it: an SPDX expression, or empty.
    pub(super) licence: String,
    /// The hash of the part's archive in the lock file, in hexadecimal: SHA-256 for crates, SHA-512 for packages of the UI.
    pub(super) hash: Option<String>,
    /// Its sources.
    pub(super) folder: PathBuf,
}

/// All parts on a platform: crates in the order of their ids, then packages of the UI.
///
/// # Errors
/// If cargo or npm do not say what is used.
pub(super) fn compiled_in(workspace: &Workspace, platform: &Platform) -> anyhow::Result<Vec<Part>> {
    let mut parts = crates(workspace.root(), platform)?;
    parts.extend(npm_packages(&workspace.ui())?);
    Ok(parts)
}

/// The crates that the shipped programs are linked from on a platform. Not those that only build scripts or macros run.
fn crates(root: &Path, platform: &Platform) -> anyhow::Result<Vec<Part>> {
    // Not offline: a build downloads only what its own platform needs, and packages may be made where nothing was built.
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .other_options(["--locked", "--filter-platform", &platform.triple].map(str::to_owned).to_vec())
        .exec()
        .context("cargo cannot resolve the dependencies")?;
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let hashes = checksums(&lock);
    let mut parts = Vec::new();
    for id in linked(&metadata)? {
        let package = &metadata[&id];
        if package.source.is_none() {
            continue;
        }
        let folder = package.manifest_path.parent().context("a manifest lies in no folder")?;
        let (name, version) = (package.name.to_string(), package.version.to_string());
        let hash = hashes.get(&(name.as_str(), version.as_str())).map(ToString::to_string);
        let licence = package.license.clone().unwrap_or_default();
        let folder = folder.as_std_path().to_owned();
        parts.push(Part { registry: Registry::Cargo, name, version, licence, hash, folder });
    }
    Ok(parts)
}

/// The checksums in Cargo.lock, by name and version.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    lock.split("[[package]]")
        .filter_map(|package| {
            let value = |name: &str| {
                let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
                line.map(|value| value.trim_matches('"'))
            };
            Some(((value("name")?, value("version")?), value("checksum")?))
        })
        .collect()
}

fn linked(metadata: &Metadata) -> anyhow::Result<BTreeSet<PackageId>> {
    let resolve = metadata.resolve.as_ref().context("cargo resolved nothing")?;
    let is_shipped = |id: &PackageId| SHIPPED.contains(&metadata[id].name.as_str());
    let mut pending: Vec<PackageId> = metadata.workspace_members.iter().filter(|id| is_shipped(id)).cloned().collect();
    let mut linked = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if !linked.insert(id.clone()) {
            continue;
        }
        let node = resolve.nodes.iter().find(|node| node.id == id).context("a package is not resolved")?;
        let is_normal =
            |kinds: &[cargo_metadata::DepKindInfo]| kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        let dependencies = node.deps.iter().filter(|dependency| is_normal(&dependency.dep_kinds));
        pending.extend(dependencies.map(|dependency| dependency.pkg.clone()));
    }
    Ok(linked)
}

fn npm_packages(ui: &Path) -> anyhow::Result<Vec<Part>> {
    let lock: Value = read_json(&ui.join("package-lock.json"))?;
    let packages = lock.get("packages").and_then(Value::as_object).context("package-lock.json lists no packages")?;
    let mut parts = Vec::new();
    for (path, package) in packages {
        let Some((_, name)) = path.rsplit_once("node_modules/") else { continue };
        let is_tool = ["dev", "optional", "peer"].iter().any(|kind| package.get(kind) == Some(&Value::Bool(true)));
        if is_tool && name != COMPILED_IN {
            continue;
        }
        let folder = ui.join(path);
        let manifest = read_json(&folder.join("package.json"))?;
        let text = |field: &str| manifest.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let integrity = package.get("integrity").and_then(Value::as_str);
        parts.push(Part {
            registry: Registry::Npm,
            name: name.to_owned(),
            version: text("version"),
            licence: text("license"),
            hash: integrity.and_then(sha512),
            folder,
        });
    }
    Ok(parts)
}

/// The hash in an entry of npm's lock file, such as `sha512-…`, in hexadecimal.
pub(super) fn sha512(integrity: &str) -> Option<String> {
    let bytes = BASE64.decode(integrity.strip_prefix("sha512-")?).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read_json(path: &Path) -> anyhow::Result<Value> {
    let context = || format!("cannot read {}", path.display());
    serde_json::from_str(&fs::read_to_string(path).with_context(context)?).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_read_from_cargo_lock() {
        let lock = "version = 4\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\ndependencies = [\n \"zip\",\n]\n\n\
            [[package]]\nname = \"zip\"\nversion = \"9.8.1\"\nsource = \"registry\"\nchecksum = \"a953\"\n";
        assert_eq!(checksums(lock), BTreeMap::from([(("zip", "9.8.1"), "a953")]));
    }

    #[test]
    fn hashes_of_npm_become_hexadecimal() {
        let check = |integrity, expect: Option<&str>| assert_eq!(sha512(integrity).as_deref(), expect, "{integrity}");
        check("sha512-AQIDBP8=", Some("01020304ff"));
        check("sha1-AQIDBP8=", None);
        check("sha512-?", None);
    }
}
