//! Finds the files to import. Folders are walked recursively, hidden files are skipped, and what is not a regular file is
//! refused: a pipe or a device could be read forever, and a link in a folder may point anywhere. A link that the reader
//! named is followed.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use alexandria_domain::ErrorCode;
use walkdir::{DirEntry, WalkDir};

use super::error::FileError;
use super::report::Refused;

/// Deepest level of folders below a named one.
const MAX_DEPTH: usize = 64;
/// Most files of one import; beyond that it is surely the wrong folder.
const MAX_FILES: usize = 200_000;

/// The names of files in the report of an import.
pub(super) struct Names<'a> {
    named: HashSet<&'a Path>,
    /// More than one folder was named, so the folder's own name is needed to tell files apart.
    several: bool,
}

impl<'a> Names<'a> {
    /// For an import of these paths.
    pub(super) fn new(named: &'a [PathBuf]) -> Self {
        let several = named.iter().filter(|path| path.is_dir()).count() > 1;
        Self { named: named.iter().map(PathBuf::as_path).collect(), several }
    }

    /// The path within the folder that was named, separated by `/`, as one folder may have many files called `index.html`.
    /// For a file that was named itself, its name.
    pub(super) fn of(&self, path: &Path) -> String {
        let folder = path.ancestors().skip(1).find(|folder| self.named.contains(folder));
        let (Some(folder), false) = (folder, self.named.contains(path)) else { return name_of(path) };
        let base = if self.several { folder.parent().unwrap_or(folder) } else { folder };
        let within = path.strip_prefix(base).unwrap_or(path);
        within.iter().map(OsStr::to_string_lossy).collect::<Vec<_>>().join("/")
    }
}

/// The files below `paths`, sorted within each, and what was refused.
pub(super) fn files(paths: &[PathBuf], names: &Names<'_>) -> (Vec<PathBuf>, Vec<Refused>) {
    let mut files = Vec::new();
    let mut refused = Vec::new();
    for path in paths {
        let walk = WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
            match entry {
                Ok(entry) if files.len() >= MAX_FILES => {
                    let message = format!("more than {MAX_FILES} files; import a smaller folder");
                    refused.push(Refused {
                        name: names.of(entry.path()),
                        code: ErrorCode::LimitExceeded,
                        message,
                        locked: None,
                    });
                    return (files, refused);
                }
                Ok(entry) => match kind(&entry).map_err(FileError::from).and_then(is_file) {
                    Ok(true) => files.push(entry.into_path()),
                    Ok(false) => {}
                    Err(error) => refused.push(Refused::new(names.of(entry.path()), &error)),
                },
                Err(error) => refused.push(refusal(names.of(error.path().unwrap_or(path)), &error)),
            }
        }
    }
    (files, refused)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The type of an entry; of a link that was named, the type of its target.
fn kind(entry: &DirEntry) -> io::Result<FileType> {
    if entry.depth() > 0 {
        return Ok(entry.file_type());
    }
    entry.path().metadata().map(|metadata| metadata.file_type())
}

/// Whether it is a file rather than a folder; an error if it is neither.
fn is_file(kind: FileType) -> Result<bool, FileError> {
    match kind {
        kind if kind.is_symlink() => Err(FileError::Link),
        kind if kind.is_file() || kind.is_dir() => Ok(kind.is_file()),
        _ => Err(FileError::NotAFile),
    }
}

fn refusal(name: String, error: &walkdir::Error) -> Refused {
    let (code, message) = match error.io_error() {
        Some(io) if io.kind() == io::ErrorKind::NotFound => (ErrorCode::NotFound, "no such file".to_owned()),
        Some(io) => (ErrorCode::of_io(io), format!("cannot be read: {io}")),
        None => (ErrorCode::Io, "a link that points back to its own folder".to_owned()),
    };
    Refused { name, code, message, locked: None }
}

/// A file's name, without its folder.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
