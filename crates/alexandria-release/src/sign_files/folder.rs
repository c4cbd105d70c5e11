//! Folders of files to sign. Application bundles of macOS (`.app`) count as one file.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::SignError;
use crate::staged::measure;

/// What is signed as one: a file, or an application bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// Its path, relative to the folder.
    pub(super) path: PathBuf,
}

/// Whether a folder is signed as one.
pub(super) fn is_bundle(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "app")
}

/// Everything in a folder, in the order of the paths.
///
/// # Errors
/// If something cannot be read, or is a link outside a bundle.
pub(super) fn units(folder: &Path) -> Result<Vec<Unit>, SignError> {
    let mut units = Vec::new();
    collect(folder, Path::new(""), &mut units)?;
    units.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(units)
}

/// Everything in a folder that may not exist yet.
///
/// # Errors
/// As [`units`].
pub(super) fn units_if_there(folder: &Path) -> Result<Vec<Unit>, SignError> {
    if folder.exists() { units(folder) } else { Ok(Vec::new()) }
}

fn collect(folder: &Path, relative: &Path, units: &mut Vec<Unit>) -> Result<(), SignError> {
    let path = folder.join(relative);
    for entry in fs::read_dir(&path).map_err(SignError::file(&path))? {
        let entry = entry.map_err(SignError::file(&path))?;
        let kind = entry.file_type().map_err(SignError::file(&path))?;
        let inner = relative.join(entry.file_name());
        if kind.is_dir() && !is_bundle(&inner) {
            collect(folder, &inner, units)?;
        } else if kind.is_dir() || kind.is_file() {
            units.push(Unit { path: inner });
        } else {
            return Err(SignError::NotAFile { file: entry.path() });
        }
    }
    Ok(())
}

/// Whether two files have the same content.
///
/// # Errors
/// If one cannot be read.
pub(super) fn is_same(one: &Path, other: &Path) -> Result<bool, SignError> {
    if one.is_dir() || other.is_dir() {
        return Ok(one.is_dir() && other.is_dir() && tree(one)? == tree(other)?);
    }
    Ok(measured(one)? == measured(other)?)
}

/// Paths and contents of a bundle; links by their target.
fn tree(folder: &Path) -> Result<Vec<(PathBuf, String)>, SignError> {
    let mut entries = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path).map_err(SignError::file(&path))? {
            let path = entry.map_err(SignError::file(&path))?.path();
            let relative = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            if path.is_symlink() {
                let target = fs::read_link(&path).map_err(SignError::file(&path))?;
                entries.push((relative, target.to_string_lossy().into_owned()));
            } else if path.is_dir() {
                pending.push(path);
            } else {
                entries.push((relative, format!("{:?}", measured(&path)?)));
            }
        }
    }
    entries.sort();
    Ok(entries)
}

fn measured(path: &Path) -> Result<(u64, [u8; 32]), SignError> {
    measure(path).map_err(|_| SignError::unreadable(path))
}

/// Copies a file, or a bundle with its links.
///
/// # Errors
/// If something cannot be read or written.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), SignError> {
    create_parent(to)?;
    if from.is_symlink() {
        return copy_link(from, to);
    }
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ()).map_err(SignError::file(to));
    }
    fs::create_dir_all(to).map_err(SignError::file(to))?;
    for entry in fs::read_dir(from).map_err(SignError::file(from))? {
        let path = entry.map_err(SignError::file(from))?.path();
        copy(&path, &to.join(path.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> Result<(), SignError> {
    let target = fs::read_link(from).map_err(SignError::file(from))?;
    std::os::unix::fs::symlink(target, to).map_err(SignError::file(to))
}

#[cfg(not(unix))]
fn copy_link(from: &Path, _to: &Path) -> Result<(), SignError> {
    Err(SignError::NotAFile { file: from.to_owned() })
}

/// Moves a file or bundle to its place, over what is there.
///
/// # Errors
/// If it cannot be moved.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), SignError> {
    create_parent(to)?;
    if to.is_dir() {
        remove(to)?;
    }
    fs::rename(from, to).map_err(SignError::file(to))
}

/// Removes a file or folder if it is there.
///
/// # Errors
/// If it cannot be removed.
pub(super) fn remove(path: &Path) -> Result<(), SignError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(SignError::file(path)(error)),
        _ => Ok(()),
    }
}

/// Makes a folder.
///
/// # Errors
/// If it cannot be made.
pub(super) fn create(folder: &Path) -> Result<(), SignError> {
    fs::create_dir_all(folder).map_err(SignError::file(folder))
}

/// Makes the folder that a file lies in.
///
/// # Errors
/// If it cannot be made.
pub(super) fn create_parent(file: &Path) -> Result<(), SignError> {
    file.parent().map_or(Ok(()), create)
}

/// A path without links, which may not exist yet.
///
/// # Errors
/// If the current folder is unknown.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, SignError> {
    if let Ok(found) = fs::canonicalize(path) {
        return Ok(found);
    }
    let path = std::path::absolute(path).map_err(SignError::file(path))?;
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Ok(path) };
    Ok(absolute(parent)?.join(name))
}
