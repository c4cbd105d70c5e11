//! What a library leaves in its folder when it has lost its vault. The folder is that of a library all the same: no
//! other is made in it, and it is not taken for an empty one.

use std::io;
use std::path::Path;

use walkdir::WalkDir;

/// What a library has beside its vault: the database, the books, the vector index.
const PARTS: [&str; 3] = [alexandria_store::FILE_NAME, "blobs", "index"];

/// Whether there is anything of a library in a folder that has no vault. The making of a library begins with its vault,
/// so one that was cut short before leaves none of these. What is empty is nothing that could be lost.
pub(super) fn are_in(folder: &Path) -> io::Result<bool> {
    for part in PARTS {
        for entry in WalkDir::new(folder.join(part)) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.metadata()?.len() == 0 => {}
                Ok(_filled) => return Ok(true),
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(false)
}

fn is_absence(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
