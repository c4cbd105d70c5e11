//! `cargo xtask apt`: a signed APT repository with the Debian package.
//!
//! Each suite (`stable`, `beta`) has its own packages, so that a release is promoted by adding the same file to another
//! suite. Metadata expires: an attacker who holds back updates is noticed, and whoever publishes has to sign again in time.
//! Upload `pool` first, then `by-hash`, then `Release` and `Release.gpg`, and `InRelease` last. Absent: the key, which is
//! the caller's, and uploading.

pub(super) mod test;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::release::check_suite;
use super::signer::Signer;
use crate::process::{Process, say};

/// The part of the archive that all packages are in.
const COMPONENT: &str = "main";

/// The public key, in the repository and on the reader's machine.
const KEYRING: &str = "alexandria-archive-keyring.pgp";

/// For a weekly signature, with a week to notice that it was missed.
pub(super) const VALID_SECONDS: u32 = 14 * 24 * 60 * 60;

/// Weak hashes are left out; by-hash files let a client read the index that its `InRelease` names during an upload.
const OPTIONS: &[&str] =
    &["APT::FTPArchive::MD5=false", "APT::FTPArchive::SHA1=false", "APT::FTPArchive::DoByHash=true"];

/// Adds the packages to a suite of the repository and signs it.
///
/// # Errors
/// If the suite has another name than a release channel, a tool is missing or fails, or the key cannot sign.
pub(super) fn publish(
    repository: &Path,
    suite: &str,
    packages: &[PathBuf],
    signer: &Signer,
    valid_seconds: u32,
) -> anyhow::Result<()> {
    check_suite(suite)?;
    if !Process::new("apt-ftparchive").argument("--version").succeeds() {
        bail!("apt-ftparchive writes the indices and is not installed; as root: apt-get install apt-utils");
    }
    let pool = format!("pool/{suite}");
    fs::create_dir_all(repository.join(&pool))?;
    for package in packages {
        add(package, &repository.join(&pool))?;
    }
    let architectures = architectures(&repository.join(&pool))?;
    let folder = repository.join("dists").join(suite);
    for architecture in &architectures {
        let index = ftparchive(repository, &[&format!("APT::FTPArchive::Architecture={architecture}")])
            .arguments(["--arch", architecture, "packages", &pool])
            .output()?;
        ensure!(index.contains("\nSHA256: "), "apt-ftparchive listed no package for {architecture}");
        let path = folder.join(COMPONENT).join(format!("binary-{architecture}/Packages"));
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(&path, format!("{index}\n")).with_context(|| format!("cannot write {}", path.display()))?;
        Process::new("xz").quietly().arguments(["--keep", "--force"]).argument(&path).run()?;
    }
    // What is in the folder would be listed in the new one.
    for name in ["Release", "Release.gpg", "InRelease"] {
        drop(fs::remove_file(folder.join(name)));
    }
    let fields = fields(suite, &architectures.join(" "), valid_seconds);
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let release = ftparchive(repository, &fields).arguments(["release", &format!("dists/{suite}")]).output()?;
    ensure!(release.contains("\nSHA256:\n"), "apt-ftparchive wrote no Release file for {suite}");
    fs::write(folder.join("Release"), format!("{release}\n"))?;
    for (how, name) in [("--clearsign", "InRelease"), ("--detach-sign", "Release.gpg")] {
        signer.sign(&folder.join("Release"), how, &folder.join(name))?;
    }
    signer.export(false, &repository.join(KEYRING))?;
    say(&format!("{}: {suite} is signed and expires after {} days", repository.display(), valid_seconds / 86_400));
    Ok(())
}

/// Copies a package to the pool. A version that was published never changes.
fn add(package: &Path, pool: &Path) -> anyhow::Result<()> {
    let target = pool.join(package.file_name().context("a package has no name")?);
    let bytes = fs::read(package).with_context(|| format!("cannot read {}", package.display()))?;
    if target.exists() {
        let published = fs::read(&target).with_context(|| format!("cannot read {}", target.display()))?;
        ensure!(published == bytes, "{} was published with another content; raise the version", target.display());
        return Ok(());
    }
    fs::write(&target, bytes).with_context(|| format!("cannot write {}", target.display()))
}

/// The architectures in the names of packages, `alexandria_1.2.3_amd64.deb`.
fn architectures(pool: &Path) -> anyhow::Result<Vec<String>> {
    let mut architectures = Vec::new();
    for entry in fs::read_dir(pool).with_context(|| format!("cannot read {}", pool.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let architecture = name.strip_suffix(".deb").and_then(|name| name.rsplit_once('_')).map(|(_, last)| last);
        architectures.push(architecture.with_context(|| format!("{name} is not a Debian package"))?.to_owned());
    }
    architectures.sort();
    architectures.dedup();
    ensure!(!architectures.is_empty(), "{} has no packages; name some to add", pool.display());
    Ok(architectures)
}

/// Fields of a Release file, as options.
fn fields(suite: &str, architectures: &str, valid_seconds: u32) -> Vec<String> {
    let valid = valid_seconds.to_string();
    let fields = [
        ("Origin", "Alexandria"),
        ("Label", "Alexandria"),
        ("Suite", suite),
        ("Codename", suite),
        ("Components", COMPONENT),
        ("Architectures", architectures),
        ("ValidTime", &valid),
    ];
    fields.iter().map(|(name, value)| format!("APT::FTPArchive::Release::{name}={value}")).collect()
}

fn ftparchive(repository: &Path, options: &[&str]) -> Process {
    let options = OPTIONS.iter().chain(options).flat_map(|option| ["-o", option]);
    Process::new("apt-ftparchive").argument("--quiet").arguments(options).folder(repository)
}

#[cfg(test)]
mod tests {
    use alexandria_tests_skip::{Requirement, skip};

    use super::test::{TestKey, package};
    use super::*;

    #[test]
    fn repository_is_signed_expires_and_has_no_weak_hashes() {
        let has = |tool: &str| Process::new(tool).argument("--version").succeeds();
        if !has("apt-ftparchive") || !has("gpg") || !has("gpgv") {
            return skip(Requirement::Tools, "apt-ftparchive or gpg is not installed");
        }
        let folder = std::env::temp_dir().join(format!("xtask-apt-{}", std::process::id()));
        let repository = folder.join("repository");
        let key = TestKey::create(&folder.join("gpg")).unwrap();
        let older = package(&folder, "0.0.1").unwrap();
        publish(&repository, "stable", std::slice::from_ref(&older), &key.signer, VALID_SECONDS).unwrap();
        let first = fs::read_to_string(repository.join("dists/stable/Release")).unwrap();

        let architecture = crate::dist::deb::architecture().unwrap();
        let architectures = format!("Architectures: {architecture}");
        for expect in ["Acquire-By-Hash: yes", "Valid-Until: ", "Suite: stable", &architectures] {
            assert!(first.lines().any(|line| line.starts_with(expect)), "{expect}: {first}");
        }
        for weak in ["MD5Sum:", "SHA1:"] {
            assert!(!first.contains(weak), "{first}");
        }
        let index_path = repository.join(format!("dists/stable/main/binary-{architecture}"));
        let index = fs::read_to_string(index_path.join("Packages")).unwrap();
        assert!(index.contains("Filename: pool/stable/alexandria_0.0.1_"), "{index}");
        assert!(!index.contains("MD5sum") && !index.contains("SHA1:"), "{index}");
        let by_hash = fs::read_dir(index_path.join("by-hash/SHA256")).unwrap();
        assert_eq!(by_hash.count(), 2);

        let verify = |name: &str, also: &[&str]| {
            let dists = repository.join("dists/stable");
            let gpgv = Process::new("gpgv").argument("--keyring").argument(repository.join(KEYRING));
            gpgv.argument(dists.join(name)).arguments(also.iter().map(|name| dists.join(name))).succeeds()
        };
        assert!(verify("InRelease", &[]) && verify("Release.gpg", &["Release"]));
        fs::write(repository.join("dists/stable/Release"), first.replace("stable", "beta")).unwrap();
        assert!(!verify("Release.gpg", &["Release"]));

        let changed = folder.join(older.file_name().unwrap());
        fs::write(&changed, "changed").unwrap();
        let again = |suite, packages: &[PathBuf]| {
            publish(&repository, suite, packages, &key.signer, VALID_SECONDS).unwrap_err().to_string()
        };
        assert!(again("stable", &[changed]).contains("raise the version"));
        assert!(again("nightly", &[]).contains("there is no suite nightly"));
        assert!(again("beta", &[]).contains("has no packages"));
        fs::remove_dir_all(folder).unwrap();
    }
}
