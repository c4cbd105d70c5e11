//! The npm packages of the UI, exactly as in the lock file.

use std::fs;

use anyhow::{Context as _, bail};

use crate::process::{NPM, Process, say};
use crate::stamp;
use crate::workspace::Workspace;

/// Installs them if the lock file has changed since.
///
/// # Errors
/// If Node is too old, or npm fails.
pub(super) fn ensure(workspace: &Workspace) -> anyhow::Result<()> {
    let ui = workspace.ui();
    let digest = stamp::digest(&[ui.join("package-lock.json")])?;
    let stamp = ui.join("node_modules/.alexandria-lock");
    if stamp::is_current(&stamp, &digest) {
        return Ok(());
    }
    let manifest = fs::read_to_string(ui.join("package.json")).context("cannot read ui/package.json")?;
    let found = Process::new("node").argument("--version").output()?;
    require_node(&manifest, &found)?;
    say("setup: installing npm packages of the UI");
    Process::new(NPM).arguments(["ci", "--no-progress", "--loglevel=error"]).folder(&ui).run()?;
    stamp::write(&stamp, &digest)
}

/// Compares `node --version` with `engines` in package.json, which has the form `>=20.19`.
fn require_node(manifest: &str, found: &str) -> anyhow::Result<()> {
    let manifest: serde_json::Value = serde_json::from_str(manifest).context("ui/package.json is not JSON")?;
    let wanted = manifest.pointer("/engines/node").and_then(serde_json::Value::as_str).unwrap_or_default();
    if version(found.trim_start_matches('v')) < version(wanted.trim_start_matches(">=")) {
        bail!("the UI needs Node {wanted}, this is {found}; install a newer one and run again");
    }
    Ok(())
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_node_is_rejected() {
        let manifest = r#"{"engines": {"node": ">=20.19"}}"#;
        let check = |found: &str, expect: bool| assert_eq!(require_node(manifest, found).is_ok(), expect, "{found}");
        check("v20.19.0", true);
        check("v20.20.2", true);
        check("v22.1.0", true);
        check("v20.9.0", false);
        check("v18.20.4", false);
        check("", false);
    }
}
