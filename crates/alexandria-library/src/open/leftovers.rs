//! Detects the data of a library that has lost its vault. No new library is created over it, and it is not taken for an
//! empty folder.

use std::io;
use std::path::Path;

use walkdir::WalkDir;

/// What a library has besides its vault: the database, the books, the vector index.
const DATA: [&str; 3] = [alexandria_store::FILE_NAME, "blobs", "index"];

/// Whether a folder without a vault contains data of a library. Creating a library starts with its vault, so an
/// interrupted creation leaves none of these. Empty files and folders do not count: nothing could be lost with them.
pub(crate) fn has_library_data(folder: &Path) -> io::Result<bool> {
    for name in DATA {
        for entry in WalkDir::new(folder.join(name)) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.metadata()?.len() == 0 => {}
                Ok(_filled) => return Ok(true),
                Err(error) if is_not_found(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(false)
}

fn is_not_found(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
