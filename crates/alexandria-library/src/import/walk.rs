//! Finding the files to import. Folders are walked to the bottom, hidden files are left out, and what is no file is
//! refused: a pipe or a device could be read for ever, and a link in a folder may lead anywhere. A link that is named
//! itself is meant, and followed.

use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use alexandria_domain::ErrorCode;
use walkdir::{DirEntry, WalkDir};

use super::file::FileError;
use super::report::Refused;

/// Deepest folder below a named one.
const MAX_DEPTH: usize = 64;
/// Most files of one import; beyond that it is surely the wrong folder.
const MAX_FILES: usize = 200_000;

/// The files below `paths`, sorted within each, and what could not be looked at.
pub(super) fn files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Refused>) {
    let mut files = Vec::new();
    let mut refused = Vec::new();
    for path in paths {
        let walk = WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
            match entry {
                Ok(entry) if files.len() >= MAX_FILES => {
                    let message = format!("more than {MAX_FILES} files; import a smaller folder");
                    refused.push(Refused { name: name_of(entry.path()), code: ErrorCode::LimitExceeded, message });
                    return (files, refused);
                }
                Ok(entry) => match kind(&entry).map_err(FileError::from).and_then(is_file) {
                    Ok(true) => files.push(entry.into_path()),
                    Ok(false) => {}
                    Err(error) => refused.push(Refused::new(name_of(entry.path()), &error)),
                },
                Err(error) => refused.push(refusal(path, &error)),
            }
        }
    }
    (files, refused)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// What an entry is; of a link that was named, what it leads to.
fn kind(entry: &DirEntry) -> io::Result<FileType> {
    if entry.depth() > 0 {
        return Ok(entry.file_type());
    }
    entry.path().metadata().map(|metadata| metadata.file_type())
}

/// Whether this is a file rather than a folder; an error if it is neither.
fn is_file(kind: FileType) -> Result<bool, FileError> {
    match kind {
        kind if kind.is_symlink() => Err(FileError::Link),
        kind if kind.is_file() || kind.is_dir() => Ok(kind.is_file()),
        _ => Err(FileError::NoFile),
    }
}

fn refusal(named: &Path, error: &walkdir::Error) -> Refused {
    let name = name_of(error.path().unwrap_or(named));
    let (code, message) = match error.io_error() {
        Some(io) if io.kind() == io::ErrorKind::NotFound => (ErrorCode::NotFound, "there is no such file".to_owned()),
        Some(io) => (ErrorCode::of_io(io), format!("cannot be read: {io}")),
        None => (ErrorCode::Io, "a link that leads back to its own folder".to_owned()),
    };
    Refused { name, code, message }
}

/// A file's name for the reader, without its folder.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
