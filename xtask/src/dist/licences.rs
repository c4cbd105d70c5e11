//! The licences of everything that is compiled into the programs: crates, and packages of the UI.
//!
//! The model and ONNX Runtime bring their own, which lie beside them. Which licences are allowed at all is decided in
//! `deny.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use serde_json::Value;

use crate::workspace::Workspace;

/// The packages that are shipped.
const SHIPPED: &[&str] = &["alexandria-cli", "alexandria-desktop"];

/// A package of npm that is listed as a tool, but whose code ends up in the UI.
const COMPILED_IN: &str = "svelte";

/// Beginnings of the names of files with a licence's text, in capitals.
const FILES: &[&str] = &["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT"];

/// What somebody else wrote.
#[derive(Debug)]
struct Part {
    name: String,
    version: String,
    licence: String,
    texts: Vec<String>,
}

/// A list of all parts with their licences, then each text once, with the parts that it came with.
///
/// # Errors
/// If cargo or npm do not say what is used, or a part names no licence.
pub(super) fn of_dependencies(workspace: &Workspace) -> anyhow::Result<String> {
    let mut parts = crates(workspace.root())?;
    parts.extend(npm_packages(&workspace.ui())?);
    if let Some(part) = parts.iter().find(|part| part.licence.is_empty() && part.texts.is_empty()) {
        bail!("{} {} names no licence", part.name, part.version);
    }
    Ok(document(&parts))
}

fn document(parts: &[Part]) -> String {
    let mut document = "Alexandria contains the following software of others.\n\n".to_owned();
    let mut by_text: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for Part { name, version, licence, texts } in parts {
        document += &format!("{name} {version}: {licence}\n");
        for text in texts {
            by_text.entry(text).or_default().push(format!("{name} {version}"));
        }
    }
    for (text, owners) in by_text {
        document += &format!("\n{}\n{}:\n\n{}\n", "-".repeat(80), owners.join(", "), text.trim());
    }
    document
}

/// The crates that the shipped programs are linked from on this platform. Not those that only build scripts or macros run.
fn crates(root: &Path) -> anyhow::Result<Vec<Part>> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .other_options(["--locked", "--offline", "--filter-platform", &host].map(str::to_owned).to_vec())
        .exec()
        .context("cargo cannot resolve the dependencies")?;
    let mut parts = Vec::new();
    for id in linked(&metadata)? {
        let package = &metadata[&id];
        if package.source.is_none() {
            continue;
        }
        let folder = package.manifest_path.parent().context("a manifest lies in no folder")?;
        parts.push(Part {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license.clone().unwrap_or_default(),
            texts: texts(folder.as_std_path())?,
        });
    }
    Ok(parts)
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
        let manifest = read_json(&ui.join(path).join("package.json"))?;
        let text = |field: &str| manifest.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        parts.push(Part {
            name: name.to_owned(),
            version: text("version"),
            licence: text("license"),
            texts: texts(&ui.join(path))?,
        });
    }
    Ok(parts)
}

fn read_json(path: &Path) -> anyhow::Result<Value> {
    let context = || format!("cannot read {}", path.display());
    serde_json::from_str(&fs::read_to_string(path).with_context(context)?).with_context(context)
}

/// The licence texts in a folder, in the order of their names.
fn texts(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if entry.path().is_file() && FILES.iter().any(|start| name.starts_with(start)) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    let read = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    paths.iter().map(|path| read(path).with_context(|| format!("cannot read {}", path.display()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_appears_once_with_its_owners() {
        let part = |name: &str, text: &str| Part {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            texts: vec![text.to_owned()],
        };
        let document = document(&[part("one", "Permission\n"), part("two", "Permission\n"), part("three", "Other")]);
        assert!(document.contains("one 1.0.0: MIT\ntwo 1.0.0: MIT\nthree 1.0.0: MIT\n"), "{document}");
        assert!(document.contains("one 1.0.0, two 1.0.0:\n\nPermission\n"), "{document}");
        assert_eq!(document.matches("Permission").count(), 1);
    }
}
