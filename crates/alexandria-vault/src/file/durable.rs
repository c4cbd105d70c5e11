//! Durable file operations per platform. The only module of this crate that accesses the disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

#[cfg(test)]
use super::fault_injection::fault_point;

/// Where tests inject faults.
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "the version for tests can fail")]
const fn fault_point() -> io::Result<()> {
    Ok(())
}

/// The bytes of a file: `None` if there is no file, `Some(None)` if it is longer than `max_bytes`.
pub(super) fn read(path: &Path, max_bytes: u64) -> io::Result<Option<Option<Vec<u8>>>> {
    fault_point()?;
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(max_bytes + 1).read_to_end(&mut bytes)?;
    Ok(Some((bytes.len() as u64 <= max_bytes).then_some(bytes)))
}

/// Replaces the contents of `to` by `bytes`, durably and atomically, through the file `temporary` in the same folder.
pub(super) fn replace(temporary: &Path, to: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    owner_only(&mut options);
    fault_point()?;
    let mut file = options.open(temporary)?;
    fault_point()?;
    file.write_all(bytes)?;
    fault_point()?;
    file.sync_all()?;
    drop(file);
    fault_point()?;
    std::fs::rename(temporary, to)?;
    fault_point()?;
    sync_folder_of(to)
}

/// Removes a file if it exists.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    fault_point()?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A rename is durable once its folder has been flushed.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Windows has no such call for folders; NTFS journals the rename.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every platform")]
fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes new files readable by their owner only. On Windows the access control list of the profile folder does that.
fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
