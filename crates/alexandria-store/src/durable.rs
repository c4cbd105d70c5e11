//! Files that only their owner can read, and names in a folder that survive a power cut.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Flushes the folder `path` lies in. Windows keeps names durable without it and cannot open folders.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder_of(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Makes a file that was not there.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    owner_only(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Opens a file for reading and writing, making it if it is not there.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    owner_only(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path)
}

/// On Windows the list of the profile's folder does that.
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The folder a path lies in. A bare file name has an empty one, which cannot be opened.
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
    fn a_bare_name_lies_in_the_present_folder() {
        let check = |path: &str, expect: &str| assert_eq!(folder_of(Path::new(path)), Path::new(expect), "{path}");
        check("backup", ".");
        check("./backup", ".");
        check("deep/backup", "deep");
        check("/backup", "/");
    }
}
