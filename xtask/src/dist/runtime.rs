//! The model and ONNX Runtime of the system that a package is for. Beside the programs, if they were built elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::platform::Platform;
use crate::workspace::Workspace;

/// The pinned files, which `xtask/model/build_model.py` builds and installs.
pub(super) const PINS: &str = include_str!("../../model/pins.json");

/// The folder: `runtime` beside the programs, where `cargo xtask build` puts it, else that of this machine.
///
/// # Errors
/// If a file is missing or is not the pinned one. The library may be signed: see [`check`].
pub(super) fn folder(workspace: &Workspace, programs: &Path, platform: &Platform) -> anyhow::Result<PathBuf> {
    let beside = programs.join("runtime");
    let folder = if beside.is_dir() { beside } else { workspace.runtime() };
    check(&folder, &serde_json::from_str(PINS)?, &platform.pins)
        .with_context(|| format!("the runtime for {} is not in {}", platform.pins, folder.display()))?;
    Ok(folder)
}

/// Compares the files of a folder with the pins.
///
/// # Errors
/// If one is missing or another file.
pub(super) fn check(folder: &Path, pins: &Value, platform: &str) -> anyhow::Result<()> {
    for pointer in ["/model/result".to_owned(), "/model/tokenizer".to_owned(), format!("/library/{platform}")] {
        let pin = pins.pointer(&pointer).with_context(|| format!("nothing is pinned for {pointer}"))?;
        let text = |field: &str| pin.get(field).and_then(Value::as_str).with_context(|| format!("{pointer}: {field}"));
        let name = text("name")?;
        let bytes = fs::read(folder.join(name)).with_context(|| format!("{name} cannot be read"))?;
        ensure!(sha256(&bytes) == text("sha256")?, "{name} is not the pinned file");
    }
    Ok(())
}

/// The hash in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_must_be_the_pinned_ones() {
        let folder = std::env::temp_dir().join(format!("xtask-runtime-{}", std::process::id()));
        super::super::commit::empty(&folder).unwrap();
        let pin = |name: &str| serde_json::json!({ "name": name, "sha256": sha256(name.as_bytes()) });
        let pins = serde_json::json!({
            "model": { "result": pin("m"), "tokenizer": pin("t") },
            "library": { "windows-x86_64": pin("l") },
        });
        let outcome = |platform: &str| {
            check(&folder, &pins, platform).err().map(|error| format!("{error:#}")).unwrap_or_default()
        };
        assert!(outcome("windows-x86_64").starts_with("m cannot be read"), "{}", outcome("windows-x86_64"));
        for name in ["m", "t", "l"] {
            fs::write(folder.join(name), name).unwrap();
        }
        assert_eq!(outcome("windows-x86_64"), "");
        assert_eq!(outcome("macos-aarch64"), "nothing is pinned for /library/macos-aarch64");
        fs::write(folder.join("l"), "other").unwrap();
        assert_eq!(outcome("windows-x86_64"), "l is not the pinned file");
        fs::remove_dir_all(folder).unwrap();
    }
}
