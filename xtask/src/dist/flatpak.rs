//! `cargo xtask dist --flatpak-sources DIR`: everything that the Flatpak is built from, as flatpak-builder wants it, so that it
//! builds without a network: `flatpak-builder build DIR/app.alexandria.reader.yml`.
//!
//! The manifest is in `installers/flatpak`. Absent: building it, for which flatpak-builder needs runtimes of a gigabyte.

mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::commit::{VERSION, commit_time};
use super::runtime::{PINS, sha256};
use super::{metainfo, stage::ID};
use crate::build::stage;
use crate::process::{NPM, Process, say};
use crate::setup;
use crate::workspace::Workspace;

/// Writes the folder.
///
/// # Errors
/// If something is committed that is not in the lock files, a file of the runtime is not the pinned one, or git fails.
pub(super) fn write(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    setup::run(workspace)?;
    let read =
        |path: &str| fs::read_to_string(workspace.root().join(path)).with_context(|| format!("cannot read {path}"));
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    put(&format!("{ID}.yml"), &read(&format!("installers/flatpak/{ID}.yml"))?)?;
    let crates = sources::of_cargo(&read("Cargo.lock")?, &crates_address()?)?;
    put("cargo-sources.json", &format!("{:#}\n", Value::from(crates)))?;
    let (packages, lock) = sources::of_npm(&read("ui/package-lock.json")?, &npm_address()?)?;
    put("npm-sources.json", &format!("{:#}\n", Value::from(packages)))?;
    put("package-lock.json", &format!("{lock:#}\n"))?;
    let changelog = read("CHANGELOG.md")?;
    let (description, time) = (read(&format!("installers/linux/{ID}.metainfo.xml"))?, commit_time(workspace.root())?);
    put(&format!("{ID}.metainfo.xml"), &metainfo::with_releases(&description, &changelog, VERSION, &time)?)?;

    stage(&workspace.runtime(), &folder.join("runtime"))?;
    put("runtime.sha256", &checked_runtime(&folder.join("runtime"))?)?;
    Process::new("git")
        .folder(workspace.root())
        .arguments(["archive", "--format=tar", "--prefix=alexandria/", "--output"])
        .argument(std::path::absolute(folder.join("alexandria.tar"))?)
        .argument("HEAD")
        .run()?;
    say(&format!("{}: sources of the Flatpak", folder.display()));
    Ok(())
}

/// Where cargo takes crates from, as the index says that it has fetched.
fn crates_address() -> anyhow::Result<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).context("there is no home folder")?;
    let indexes = home.join("registry/index");
    for entry in fs::read_dir(&indexes).with_context(|| format!("cannot read {}", indexes.display()))? {
        let Ok(config) = fs::read(entry?.path().join("config.json")) else { continue };
        let config: Value = serde_json::from_slice(&config).context("the index of crates is damaged")?;
        // An address with placeholders has another form than that of the public registry.
        if let Some(address) = config["dl"].as_str().filter(|address| !address.contains('{')) {
            return Ok(address.trim_end_matches('/').to_owned());
        }
    }
    bail!("cargo has not fetched an index of crates; run `cargo fetch`")
}

/// Where npm takes packages from.
fn npm_address() -> anyhow::Result<String> {
    let address = Process::new(NPM).arguments(["config", "get", "registry"]).output()?;
    ensure!(address.starts_with("https://"), "npm takes packages from {address:?}, which is no address for a Flatpak");
    Ok(address.trim_end_matches('/').to_owned())
}

/// The list of hashes, in the form of `sha256sum`, with which the build compares the runtime. They are the pinned ones.
fn checked_runtime(folder: &Path) -> anyhow::Result<String> {
    let pins: Value = serde_json::from_str(PINS).context("xtask/model/pins.json is not JSON")?;
    let library = format!("/library/linux-{}", std::env::consts::ARCH);
    let mut list = String::new();
    for pointer in [library.as_str(), "/model/result", "/model/tokenizer"] {
        let text = |field: &str| {
            let value = pins.pointer(&format!("{pointer}/{field}")).and_then(Value::as_str);
            value.with_context(|| format!("xtask/model/pins.json lacks {pointer}/{field}"))
        };
        let (name, pinned) = (text("name")?, text("sha256")?);
        let bytes = fs::read(folder.join(name)).with_context(|| format!("cannot read {name}"))?;
        ensure!(sha256(&bytes) == pinned, "{name} is not the pinned file");
        list += &format!("{pinned}  runtime/{name}\n");
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtime_that_is_not_the_pinned_one_is_refused() {
        let folder = std::env::temp_dir().join(format!("xtask-flatpak-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let expect = |expect: &str| {
            let error = format!("{:#}", checked_runtime(&folder).unwrap_err());
            assert!(error.contains(expect), "{error}");
        };
        expect("cannot read libonnxruntime.so");
        fs::write(folder.join("libonnxruntime.so"), "planted").unwrap();
        expect("libonnxruntime.so is not the pinned file");
        fs::remove_dir_all(folder).unwrap();
    }
}
