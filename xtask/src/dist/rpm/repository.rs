//! `cargo xtask rpm`: a signed repository with the RPM package, for dnf and zypper.
//!
//! Each suite is a folder: a release is promoted by adding the same file to another one. Packages are signed when they are
//! added, and the metadata after them; upload it last, `repomd.xml` and its signature at the very end. Absent: expiry, which
//! this kind of metadata does not have, the key, and uploading.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::dist::release::check_suite;
use crate::dist::signer::Signer;
use crate::process::{Process, say};

/// The public key, in the repository and on the reader's machine.
const KEYRING: &str = "alexandria-rpm.asc";

/// Adds the packages to a suite of the repository and signs both.
///
/// # Errors
/// If the suite has another name than a release channel, a tool is missing or fails, or the key cannot sign.
pub(in crate::dist) fn publish(
    repository: &Path,
    suite: &str,
    packages: &[PathBuf],
    signer: &Signer,
) -> anyhow::Result<()> {
    check_suite(suite)?;
    for (tool, package) in [("rpmsign", "rpm"), ("createrepo_c", "createrepo-c")] {
        if !Process::new(tool).argument("--version").succeeds() {
            bail!("{tool} is not installed; as root: apt-get install {package}");
        }
    }
    let folder = repository.join(suite);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for package in packages {
        add(package, &folder, signer)?;
    }
    Process::new("createrepo_c")
        .arguments(["--quiet", "--no-database", "--checksum", "sha256", "--retain-old-md", "2"])
        .argument(&folder)
        .run()?;
    let index = folder.join("repodata/repomd.xml");
    signer.sign(&index, "--detach-sign", &index.with_extension("xml.asc"))?;
    signer.export(true, &repository.join(KEYRING))?;
    say(&format!("{}: {suite} is signed", repository.display()));
    Ok(())
}

/// Copies a package to the folder and signs the copy. A version that was published never changes.
fn add(package: &Path, folder: &Path, signer: &Signer) -> anyhow::Result<()> {
    let name = package.file_name().context("a package has no name")?;
    let (target, unfinished) = (folder.join(name), folder.join("unsigned.part"));
    let added = digest(package)?;
    if target.exists() {
        ensure!(
            digest(&target)? == added,
            "{} was published with another content; raise the version",
            target.display()
        );
        return Ok(());
    }
    fs::copy(package, &unfinished).with_context(|| format!("cannot copy {}", package.display()))?;
    let name = format!("_gpg_name {}", signer.key);
    // rpmsign does not look for the program on the search path.
    let macros = [name.as_str(), "_gpg_digest_algo sha512", "__gpg /usr/bin/gpg"];
    let rpmsign = Process::new("rpmsign").argument("--addsign");
    let rpmsign = rpmsign.arguments(macros.iter().flat_map(|name| ["--define", name])).argument(&unfinished);
    signer.equip(rpmsign).run()?;
    fs::rename(&unfinished, &target).with_context(|| format!("cannot write {}", target.display()))
}

/// The digest of the header, which has that of the content. A signature does not change it.
fn digest(package: &Path) -> anyhow::Result<String> {
    let format = ["--query", "--package", "--nosignature", "--queryformat", "%{SHA256HEADER}"];
    let digest = Process::new("rpm").arguments(format).argument(package).output()?;
    ensure!(digest.len() == 64, "{} is not an RPM package", package.display());
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use alexandria_tests_skip::{Requirement, skip};

    use super::super::build;
    use super::super::tests::release;
    use super::*;
    use crate::dist::apt::test::TestKey;
    use crate::dist::release::empty;

    #[test]
    fn packages_and_index_are_signed_and_packages_never_change() {
        if !["rpmbuild", "createrepo_c", "gpg"].iter().all(|tool| Process::new(tool).argument("--version").succeeds()) {
            return skip(Requirement::Tools, "rpmbuild, createrepo_c or gpg is not installed");
        }
        let folder = std::env::temp_dir().join(format!("xtask-rpm-repository-{}", std::process::id()));
        let repository = folder.join("repository");
        let key = TestKey::create(&folder.join("gpg")).unwrap();
        let mut release = release(&folder);
        let package = build(&release, "1.2.3").unwrap().path;
        let add = |suite, package: &PathBuf| publish(&repository, suite, std::slice::from_ref(package), &key.signer);
        add("stable", &package).unwrap();
        add("stable", &package).unwrap();

        let public = repository.join(KEYRING);
        let signed = repository.join("stable").join(package.file_name().unwrap());
        let trusts = |database: &str, is_imported: bool, package: &Path| {
            let database = folder.join(database);
            empty(&database).unwrap();
            let rpmkeys = || Process::new("rpmkeys").argument("--dbpath").argument(&database);
            assert!(!is_imported || rpmkeys().argument("--import").argument(&public).succeeds());
            rpmkeys().argument("--checksig").argument(package).output().unwrap()
        };
        assert!(trusts("with", true, &signed).ends_with("digests signatures OK"));
        assert!(trusts("without", false, &signed).ends_with("SIGNATURES NOT OK"));

        let binary = folder.join("key.pgp");
        key.signer.export(false, &binary).unwrap();
        let index = repository.join("stable/repodata/repomd.xml");
        let is_signed = || {
            let gpgv = Process::new("gpgv").argument("--keyring").argument(&binary);
            gpgv.arguments([&index.with_extension("xml.asc"), &index]).succeeds()
        };
        assert!(is_signed());
        let text = fs::read_to_string(&index).unwrap();
        assert!(text.contains("type=\"sha256\"") && !text.contains("type=\"sha\""), "{text}");
        fs::write(&index, text.replace("sha256", "sha512")).unwrap();
        assert!(!is_signed());

        "1800000000".clone_into(&mut release.time);
        let changed = build(&release, "1.2.3").unwrap().path;
        assert!(add("stable", &changed).unwrap_err().to_string().contains("raise the version"));
        assert!(add("nightly", &changed).unwrap_err().to_string().contains("there is no suite nightly"));
        fs::remove_dir_all(folder).unwrap();
    }
}
