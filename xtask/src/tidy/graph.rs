//! Reads the crates and their declared dependencies from `cargo metadata`. Declared, not resolved: the rules are about
//! manifests, and reading them needs neither a network nor a build.

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use super::layers::{Crate, Dependency, Graph};
use super::tree::Tree;

/// The workspace as its manifests declare it.
///
/// # Errors
/// If cargo cannot read the manifests.
pub(super) fn read(tree: &Tree) -> anyhow::Result<Graph> {
    let metadata =
        MetadataCommand::new().current_dir(tree.root()).no_deps().exec().context("cargo cannot read the manifests")?;
    let crates =
        metadata.workspace_packages().into_iter().map(|package| member(tree, package)).collect::<Result<_, _>>()?;
    Ok(Graph { crates })
}

fn member(tree: &Tree, package: &Package) -> anyhow::Result<Crate> {
    let path = package.manifest_path.as_std_path();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let root = tree.root().canonicalize().context("the repository's folder does not exist")?;
    let manifest = path.canonicalize()?.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
    let dependency = |declared: &cargo_metadata::Dependency| Dependency {
        line: line_of(&text, declared.rename.as_deref().unwrap_or(&declared.name)),
        name: declared.name.clone(),
        is_for_tests: declared.kind == DependencyKind::Development,
    };
    let dependencies = package.dependencies.iter().map(dependency).collect();
    Ok(Crate { name: package.name.to_string(), manifest, dependencies })
}

/// The line of a manifest that starts with the key `name`; the first line if none does.
fn line_of(manifest: &str, name: &str) -> usize {
    let declares =
        |line: &str| line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    manifest.lines().position(declares).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn dependency_is_found_in_its_manifest() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nserde_json.workspace = true\nserde = \"1\"\n";
        assert_eq!(line_of(manifest, "serde"), 5);
        assert_eq!(line_of(manifest, "serde_json"), 4);
        assert_eq!(line_of(manifest, "absent"), 1);
    }
}
