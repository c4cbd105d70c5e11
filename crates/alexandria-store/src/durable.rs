//! Files that only their owner can read, and directory entries that survive a power failure.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Flushes the folder that contains `path`. Windows keeps names durable without it and cannot open folders.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder_of(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Creates a file that did not exist.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    owner_only(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Opens a file for reading and writing, creating it if necessary.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    owner_only(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path)
}

/// On Windows the access control list of the profile's folder has this effect.
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The folder that contains a path. A bare file name has an empty one, which cannot be opened.
#[cfg(unix)]
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn folder_of_a_bare_name_is_the_current_folder() {
        let check = |path: &str, expect: &str| assert_eq!(folder_of(Path::new(path)), Path::new(expect), "{path}");
        check("backup", ".");
        check("./backup", ".");
        check("deep/backup", "deep");
        check("/backup", "/");
    }
}
