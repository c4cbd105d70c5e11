//! Whether a tag may be built and published: signed by a release manager, on the main branch, and of the version that it
//! names.
//!
//! Who may sign is read from the main branch, which is protected, and not from the tagged commit, which anybody can write who
//! can push a tag. Absent: who may push to that branch.

use std::path::Path;
use std::process::{Command, Output};

use alexandria_update::Version;
use anyhow::{Context as _, ensure};

use crate::plan::notes;

/// The public keys of the release managers, in the form of `ssh-keygen`.
const SIGNERS: &str = "signing/allowed_signers";
/// What git says of a signature by one of them.
const GOOD: &str = "Good \"git\" signature for ";

/// Checks the tag in the checkout at `repository`, whose main branch is known as `main`, and returns its version.
///
/// # Errors
/// When the tag may not be published, with the reason, or git cannot be started.
pub fn check_tag(repository: &Path, tag: &str, main: &str) -> anyhow::Result<Version> {
    let number = tag.strip_prefix('v').with_context(|| format!("{tag} does not start with v"))?;
    let version: Version = number.parse().with_context(|| format!("{tag} does not name a version"))?;
    ensure!(version.to_string() == number, "the tag of {version} is v{version}, not {tag}");
    let reference = format!("refs/tags/{tag}");
    verify_signature(repository, tag, &reference, main)?;

    let commit = text(repository, &["rev-parse", "--verify", &format!("{reference}^{{commit}}")])?;
    let head = text(repository, &["rev-parse", "--verify", "HEAD"])?;
    ensure!(commit == head, "{tag} is the commit {commit}, and {head} is checked out");
    let ancestor = git(repository, &["merge-base", "--is-ancestor", &commit, main])?;
    ensure!(ancestor.status.success(), "{tag} is not on the main branch ({main})");

    let manifest = text(repository, &["show", &format!("{commit}:Cargo.toml")])?;
    let written = workspace_version(&manifest).context("Cargo.toml names no version of the workspace")?;
    ensure!(written == number, "{tag} is the version {written} according to Cargo.toml");
    notes(&text(repository, &["show", &format!("{commit}:CHANGELOG.md")])?, version)?;
    Ok(version)
}

fn verify_signature(repository: &Path, tag: &str, reference: &str, main: &str) -> anyhow::Result<()> {
    let kind = text(repository, &["cat-file", "-t", reference])?;
    ensure!(kind == "tag", "{tag} is a plain reference to a {kind}; a release has a signed tag (git tag --sign)");
    // A signed tag can be pushed under any name; its own name is signed.
    let object = text(repository, &["cat-file", "tag", reference])?;
    let (header, _) = object.split_once("\n\n").context("the tag has no message")?;
    let named = header.lines().find_map(|line| line.strip_prefix("tag ")).unwrap_or_default();
    ensure!(named == tag, "{tag} was signed as {named}");

    let signers = text(repository, &["show", &format!("{main}:{SIGNERS}")])
        .with_context(|| format!("the main branch ({main}) has no {SIGNERS}"))?;
    let file = tempfile::NamedTempFile::new().context("cannot write a temporary file")?;
    std::fs::write(file.path(), signers + "\n").context("cannot write a temporary file")?;
    let setting = format!("gpg.ssh.allowedSignersFile={}", file.path().display());
    let output = git(repository, &["-c", &setting, "verify-tag", reference])?;
    let said = String::from_utf8_lossy(&output.stderr);
    // Both: an OpenPGP signature by a key that happens to be known here succeeds as well.
    ensure!(
        output.status.success() && said.lines().any(|line| line.starts_with(GOOD)),
        "{tag} is not signed by a key of {SIGNERS} on the main branch: {}",
        said.trim()
    );
    Ok(())
}

/// The version in the section `[workspace.package]`.
fn workspace_version(manifest: &str) -> Option<&str> {
    let lines = manifest.lines().skip_while(|line| line.trim() != "[workspace.package]").skip(1);
    let mut section = lines.take_while(|line| !line.starts_with('['));
    section
        .find_map(|line| Some(line.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim().trim_matches('"')))
}

fn text(repository: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = git(repository, arguments)?;
    ensure!(
        output.status.success(),
        "git {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8(output.stdout).context("git's answer is not UTF-8")?.trim_end().to_owned())
}

fn git(repository: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut git = Command::new("git");
    // Messages are compared.
    git.current_dir(repository).env("LC_ALL", "C").args(arguments);
    git.output().context("git cannot be started; is it installed?")
}

#[cfg(test)]
mod tests;
