//! Files and folders of a package that is put together.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// Copies a file, and makes the folder that it goes to. Its mode is that of the source.
///
/// # Errors
/// If it cannot be read or written.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::copy(from, to).map(|_bytes| ()).with_context(context)
}

/// Writes a file, and makes the folder that it goes to.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(path, text).with_context(context)
}

/// Copies a folder, without links.
///
/// # Errors
/// If something cannot be read or written.
pub(super) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() { copy_folder(&path, &target)? } else { copy(&path, &target)? }
    }
    Ok(())
}

/// Copies a folder over what is there.
///
/// # Errors
/// As [`copy_folder`].
pub(super) fn replace(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("cannot remove {}", to.display()))?;
    }
    copy_folder(from, to)
}

/// The paths of all files in a folder, relative to it, with slashes, sorted.
///
/// # Errors
/// If something cannot be read.
pub(super) fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(current) = pending.pop() {
        for entry in fs::read_dir(&current).with_context(|| format!("cannot read {}", current.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let relative = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                files.push(relative);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The size of all files, in kilobytes of 1,024 bytes.
///
/// # Errors
/// If something cannot be read.
pub(super) fn kilobytes(folder: &Path) -> anyhow::Result<u64> {
    let sizes = files(folder)?.into_iter().map(|file| Ok(fs::metadata(folder.join(file))?.len().div_ceil(1024)));
    sizes.sum()
}

/// One line for each file that the list has and the folder has not, and the other way round. Lines of the list that start
/// with `#` do not count.
pub(super) fn differences(expected: &str, found: &[String]) -> Vec<String> {
    let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let missing = expected.iter().filter(|path| !found.iter().any(|found| found == *path));
    let unexpected = found.iter().filter(|path| !expected.contains(&path.as_str()));
    let missing = missing.map(|path| format!("missing: {path}"));
    missing.chain(unexpected.map(|path| format!("not in the list: {path}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_and_folder_are_compared() {
        let check = |expected: &str, expect: &[&str]| {
            assert_eq!(differences(expected, &["a/b".to_owned(), "c".to_owned()]), expect, "{expected}");
        };
        check("# a comment\na/b\nc\n", &[]);
        check("a/b\n", &["not in the list: c"]);
        check("a/b\nc\nd\n", &["missing: d"]);
    }
}
