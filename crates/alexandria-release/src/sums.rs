//! `SHA256SUMS` with a GPG signature, for those who check a download by hand.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use alexandria_update::hex;
use anyhow::{Context as _, ensure};

use crate::staged::Staged;

/// Writes `SHA256SUMS` beside the packages of a staged release and signs it with the GPG key `key`.
///
/// # Errors
/// When a package was changed since it was staged, or gpg fails.
pub fn sign(folder: &Path, key: &str) -> anyhow::Result<()> {
    let staged = Staged::open(folder)?;
    let mut sums = String::new();
    for artifact in &staged.artifacts {
        writeln!(sums, "{}  {}", hex(&artifact.sha256), artifact.file)?;
    }
    let file = folder.join("SHA256SUMS");
    std::fs::write(&file, sums)?;
    let signature = folder.join("SHA256SUMS.asc");
    gpg(
        &["--armor", "--detach-sign", "--digest-algo", "SHA512", "--local-user", key, "--output"],
        &[&signature, &file],
    )?;
    // The exit status of signing proves nothing about what was written.
    gpg(&["--verify"], &[&signature, &file])
}

fn gpg(options: &[&str], files: &[&Path]) -> anyhow::Result<()> {
    let output = Command::new("gpg").args(["--batch", "--yes"]).args(options).args(files).output();
    let output = output.context("gpg cannot be started; install GnuPG")?;
    ensure!(output.status.success(), "gpg failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
