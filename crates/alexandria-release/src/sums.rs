//! `SHA256SUMS` with a GPG signature, for those who check a download by hand.

use std::fmt::Write as _;
use std::path::Path;

use alexandria_update::hex;

use crate::sign_files::Gpg;
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
    std::fs::write(folder.join("SHA256SUMS"), sums)?;
    Ok(Gpg { key: Some(key.to_owned()), public_key: None }.sign_list(folder)?)
}
