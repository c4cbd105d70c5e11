//! The files of one step of a release, handed to the next: named and hashed in `SHA256SUMS`, whose own hash is enough to
//! recognise them all.
//!
//! Absent: who made them. The next step gets the hash over a way that the files did not take.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use alexandria_update::hex;
use anyhow::{Context as _, bail, ensure};

use crate::staged::measure;

/// The list of a folder.
const LIST: &str = "SHA256SUMS";

/// Writes `SHA256SUMS` of all files below `folder`, in the form of `sha256sum`, and returns its own SHA-256.
///
/// # Errors
/// When there is no file, or one cannot be read or has a name that the form cannot hold.
pub fn write_checksums(folder: &Path) -> anyhow::Result<String> {
    let files = files_below(folder)?;
    ensure!(!files.is_empty(), "there are no files in {}", folder.display());
    let mut list = String::new();
    for (name, path) in files {
        writeln!(list, "{}  {name}", hex(&measure(&path)?.1))?;
    }
    let path = folder.join(LIST);
    std::fs::write(&path, list).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(hex(&measure(&path)?.1))
}

/// Checks that `folder` holds exactly the files of its `SHA256SUMS`, and that this list has the hash `sha256`.
///
/// # Errors
/// When anything differs; all differences are named.
pub fn check_checksums(folder: &Path, sha256: &str) -> anyhow::Result<usize> {
    let path = folder.join(LIST);
    let found = hex(&measure(&path)?.1);
    ensure!(found == sha256.to_ascii_lowercase(), "{} has the hash {found}, not {sha256}", path.display());
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for line in text.lines() {
        let (hash, name) = line.split_once("  ").with_context(|| format!("{LIST} has the line {line:?}"))?;
        ensure!(listed.insert(name, hash).is_none(), "{LIST} lists {name} twice");
    }
    let mut differences = Vec::new();
    for (name, path) in files_below(folder)? {
        match listed.remove(name.as_str()) {
            None => differences.push(format!("{name} is not listed")),
            Some(hash) if hash != hex(&measure(&path)?.1) => differences.push(format!("{name} has another hash")),
            Some(_) => {}
        }
    }
    differences.extend(listed.keys().map(|name| format!("{name} is missing")));
    if !differences.is_empty() {
        bail!("{} is not what was handed over: {}", folder.display(), differences.join(", "));
    }
    Ok(text.lines().count())
}

/// All files but the list itself, by their path with `/`.
fn files_below(folder: &Path) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let path = entry?.path();
            // Not through links: they could lead out of the folder.
            let kind = path.symlink_metadata().with_context(|| format!("cannot read {}", path.display()))?;
            if kind.is_dir() {
                pending.push(path);
                continue;
            }
            ensure!(kind.is_file(), "{} is not a file", path.display());
            let parts: Option<Vec<&str>> = path.strip_prefix(folder)?.iter().map(|part| part.to_str()).collect();
            let name = parts.with_context(|| format!("{} is not UTF-8", path.display()))?.join("/");
            ensure!(!name.contains(['\n', '\\']), "the name {name:?} cannot be listed");
            if name != LIST {
                files.insert(name, path);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn list_has_the_form_of_sha256sum() {
        let folder = folder_of(&[("b", ""), ("a/c", "")]);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let hash = write_checksums(folder.path()).unwrap();
        let list = std::fs::read_to_string(folder.path().join(LIST)).unwrap();
        assert_eq!(list, format!("{empty}  a/c\n{empty}  b\n"));
        assert_eq!(check_checksums(folder.path(), &hash).unwrap(), 2);
        assert_eq!(write_checksums(folder.path()).unwrap(), hash, "writing it again changed it");
        assert!(write_checksums(folder_of(&[]).path()).unwrap_err().to_string().contains("no files"));
    }

    #[test]
    fn every_difference_is_found() {
        let check = |change: &dyn Fn(&Path), expect: &str| {
            let folder = folder_of(&[("one", "1"), ("sub/two", "2")]);
            let hash = write_checksums(folder.path()).unwrap();
            change(folder.path());
            let error = check_checksums(folder.path(), &hash).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}, not {expect}");
        };
        check(&|folder| std::fs::write(folder.join("sub/two"), "3").unwrap(), "sub/two has another hash");
        check(&|folder| std::fs::remove_file(folder.join("one")).unwrap(), "one is missing");
        check(&|folder| std::fs::write(folder.join("three"), "").unwrap(), "three is not listed");
        // Whoever changes a file can write a new list, but not its hash.
        let replaced = |folder: &Path| {
            std::fs::write(folder.join("one"), "2").unwrap();
            write_checksums(folder).unwrap();
        };
        check(&replaced, "has the hash");
        #[cfg(unix)]
        check(&|folder| std::os::unix::fs::symlink("one", folder.join("link")).unwrap(), "is not a file");
    }
}
