//! Stamps: small files with a digest of the sources that something was built from, so that it is not built again.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// A digest of files, by name and content; folders are read recursively. It does not depend on the location, so that build
/// output outside the checkout is still current for another checkout.
///
/// # Errors
/// If one of them cannot be read. A path that does not exist counts as empty.
pub(crate) fn digest(paths: &[PathBuf]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    for path in paths {
        add(&mut hash, path, path.file_name().unwrap_or_default())?;
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn add(hash: &mut Sha256, path: &Path, name: &OsStr) -> anyhow::Result<()> {
    if path.is_dir() {
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut names: Vec<_> =
            entries.with_context(|| unreadable(path))?.into_iter().map(|entry| entry.file_name()).collect();
        names.sort();
        return names
            .iter()
            .try_for_each(|child| add(hash, &path.join(child), Path::new(name).join(child).as_os_str()));
    }
    let content = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.with_context(|| unreadable(path))?,
    };
    for part in [name.as_encoded_bytes(), &content] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Ok(())
}

/// Whether the stamp holds this digest.
pub(crate) fn is_current(stamp: &Path, digest: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == digest)
}

/// Writes a stamp.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn write(stamp: &Path, digest: &str) -> anyhow::Result<()> {
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))
}

fn unreadable(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_depends_on_content_and_names() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("sub")).unwrap();
        let digest_now = || digest(&[folder.join("sub"), folder.join("absent")]).unwrap();
        let empty = digest_now();
        fs::write(folder.join("sub/a"), "1").unwrap();
        let one = digest_now();
        fs::write(folder.join("sub/a"), "2").unwrap();
        let other = digest_now();
        fs::rename(folder.join("sub/a"), folder.join("sub/b")).unwrap();
        let renamed = digest_now();
        let all = [&empty, &one, &other, &renamed];
        for (index, left) in all.iter().enumerate() {
            assert_eq!(all.iter().filter(|right| left == *right).count(), 1, "digest {index} is not unique");
        }

        let moved = folder.join("moved");
        fs::create_dir_all(&moved).unwrap();
        fs::rename(folder.join("sub"), moved.join("sub")).unwrap();
        assert_eq!(digest(&[moved.join("sub"), moved.join("absent")]).unwrap(), renamed);

        let stamp = folder.join("new/stamp");
        assert!(!is_current(&stamp, &one));
        write(&stamp, &one).unwrap();
        assert!(is_current(&stamp, &one) && !is_current(&stamp, &other));
        fs::remove_dir_all(folder).unwrap();
    }
}
